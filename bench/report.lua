-- What wrk measured, as one line of JSON.
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"rate": %f, "count": %d, "p50": %f, "p99": %f, "errors": %d}\n',
    summary.requests / summary.duration * 1e6, summary.requests,
    latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
