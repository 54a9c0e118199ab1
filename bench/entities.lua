-- Members that `populate` made, ids at random. Arguments: method, number of members. With "in turn" behind the number each
-- member is asked for once: at the introspection, which costs no signature.
local count, in_turn = 0, false
local next_one = 0

function init(arguments)
  wrk.method = arguments[1]
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  count = tonumber(arguments[2]:match("^%d+"))
  in_turn = arguments[2]:find("in turn") ~= nil
  math.randomseed(os.time())
end

function request()
  local number = in_turn and next_one % count or math.random(0, count - 1)
  next_one = next_one + 1
  local id = string.format("BENCH-%07d", number)
  local secret = id .. string.rep("0", 43 - #id)
  if in_turn then
    return wrk.format(nil, nil, nil, "client_id=" .. id .. "&client_secret=" .. secret .. "&token=none")
  end
  return wrk.format(nil, nil, nil, "id=" .. id .. "&secret=" .. secret)
end

dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "report.lua")
