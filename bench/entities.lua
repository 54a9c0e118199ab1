-- Members that `populate` made, ids at random. Arguments: method, number of members. With "from N" behind the number they are
-- asked for in turn from the N-th on: at the introspection, which costs no signature.
local count, next_one = 0, nil

function init(arguments)
  wrk.method = arguments[1]
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  count = tonumber(arguments[2]:match("^%d+"))
  next_one = tonumber(arguments[2]:match("from (%d+)$"))
  math.randomseed(os.time())
end

local function credentials(number)
  local id = string.format("BENCH-%07d", number)
  return id, id .. string.rep("0", 43 - #id)
end

function request()
  if next_one then
    local id, secret = credentials(next_one % count)
    next_one = next_one + 1
    return wrk.format(nil, nil, nil, "client_id=" .. id .. "&client_secret=" .. secret .. "&token=none")
  end
  local id, secret = credentials(math.random(0, count - 1))
  return wrk.format(nil, nil, nil, "id=" .. id .. "&secret=" .. secret)
end

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")
