-- wrk: one kind of request for many ids. Arguments: API key, method, path up to the id, or the path
-- of rate checks, and a body or ''. The requests are made beforehand, so that the load costs little
-- of the machine it shares with what it loads.
local IDS = 1000
local requests = {}

function init(args)
  math.randomseed(42)
  local key, method, path, body = args[1], args[2], args[3], args[4]
  wrk.headers['Content-Type'] = 'application/json'
  wrk.headers['Authorization'] = 'Bearer ' .. key
  for i = 1, IDS do
    if method == 'POST' then
      requests[i] = wrk.format(method, path, nil, '{"subject":"user-' .. i .. '","endpoint":"bench"}')
    else
      requests[i] = wrk.format(method, path .. i, nil, body ~= '' and body or nil)
    end
  end
end

function request()
  return requests[math.random(#requests)]
end
