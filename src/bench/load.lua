-- wrk: requests of one kind. Arguments: API key, method, content type, path, body or '', and how many
-- different requests; their number stands for each # of the path and the body. The requests are made
-- beforehand, so that the load costs little of the machine it shares with what it loads.
local requests = {}

function init(args)
  math.randomseed(42)
  local key, method, type, path, body, count = unpack(args)
  wrk.headers['Authorization'] = 'Bearer ' .. key
  if body ~= '' then
    wrk.headers['Content-Type'] = type
  end
  for i = 1, tonumber(count) do
    local text = body ~= '' and body:gsub('#', i) or nil
    requests[i] = wrk.format(method, (path:gsub('#', i)), nil, text)
  end
end

function request()
  return requests[math.random(#requests)]
end
