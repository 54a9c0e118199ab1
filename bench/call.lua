-- One request, again and again. Arguments: method, body, headers as "Name: value".
function init(arguments)
  wrk.method = arguments[1]
  if arguments[2] ~= "" then wrk.body = arguments[2] end
  for index = 3, #arguments do
    local name, value = arguments[index]:match("^([^:]+): (.*)$")
    wrk.headers[name] = value
  end
end

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")
