-- One request, again and again. Arguments: method, body, headers as "Name: value".
function init(arguments)
  wrk.method = arguments[1]
  if arguments[2] ~= "" then wrk.body = arguments[2] end
  for index = 3, #arguments do
    local name, value = arguments[index]:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"rate": %f, "count": %d, "p50": %f, "p99": %f, "errors": %d}\n',
    summary.requests / summary.duration * 1e6, summary.requests, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
