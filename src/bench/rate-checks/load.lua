-- wrk: posts rate checks. Arguments: API key, endpoint, number of subjects.
local bodies = {}

function init(args)
  math.randomseed(42)
  wrk.method = 'POST'
  wrk.headers['Content-Type'] = 'application/json'
  wrk.headers['Authorization'] = 'Bearer ' .. args[1]
  for i = 1, tonumber(args[3]) do
    bodies[i] = '{"subject":"user-' .. i .. '","endpoint":"' .. args[2] .. '"}'
  end
end

function request()
  return wrk.format(nil, nil, nil, bodies[math.random(#bodies)])
end
