-- wrk: posts rate checks. Arguments: API key, endpoint, number of subjects. The requests are made
-- beforehand, so that the load costs little of the machine it shares with what it loads.
local requests = {}

function init(args)
  math.randomseed(42)
  wrk.headers['Content-Type'] = 'application/json'
  wrk.headers['Authorization'] = 'Bearer ' .. args[1]
  for i = 1, tonumber(args[3]) do
    local body = '{"subject":"user-' .. i .. '","endpoint":"' .. args[2] .. '"}'
    requests[i] = wrk.format('POST', nil, nil, body)
  end
end

function request()
  return requests[math.random(#requests)]
end
