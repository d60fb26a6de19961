-- Decides a batch of rate checks. A check asks one or more counters of one subject: all admit it
-- and all are charged, or none is. Also gives back (a cost below 0), peeks (0), starts counters
-- afresh and adds what was admitted elsewhere.
--
-- KEYS  the counter of every question below, in their order; a key may come again
-- ARGV  [1] the latest time in ms at which this batch may run; after it, it does nothing: by then
--           the caller has given up and counts for itself
--       [2] the time in ms to take for now; 0 for that of this server, anything else is for tests
--       [3] the number of policies, then for each of them
--             algorithm ('s' sliding window, 'e' exact), limit, window in ms, 1 enforced / 0 shadow
--       then for each check
--             what happens: 'c' it is decided; 'a' its counters start afresh; '+' an addition; '!' an
--               addition to a counter that starts afresh before
--             cost, the number of its questions, then for each question
--               the policy (from 1), the phase in ms by which this key's windows are shifted
--             an addition has one question, a second key after its counter's, and then
--               the number of sums, and for each its name, the latest time in it in ms, its units
--               (below 0: given back)
--           An addition tells what was counted elsewhere, and may come again, its sums having changed
--           since: the second key holds what of each was added already.
-- reply {now}, if too late; else {now, then for each question
--         1 if it says no, even in vain for a shadow, else 0; a peek asks for a cost of 1
--         's': units in the previous window, units in this one, ms since this one began
--         'e': units used, ms to the next unit, ms until the cost fits (0: it does, or never
--              will), ms until all is free
--       and at last the questions, from 1, whose counters were not sound and start afresh}
--
-- A counter is one string of big-endian numbers. 's': the window's index and the units in the
-- previous window and in this one, 6 bytes each. 'e': the units used in 4 bytes, then 6 bytes of
-- time and 2 of cost for each admission, oldest first.

local floor, min, max = math.floor, math.min, math.max
local pack, unpack_bytes = struct.pack, struct.unpack
local sub = string.sub

local latest, now = tonumber(ARGV[1]), tonumber(ARGV[2])
if now == 0 then
  local time = redis.call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end
if now > latest then
  return {now}
end

-- sliding window: {index, previous p, current c, elapsed e}; changed: to be written

local window = {}
local COUNTS, COUNTS_WIDTH = '>I6I6I6', 18

-- the counter and whether its text is sound; a clock that stepped back stays at a window's start
function window.load(text, policy, phase)
  local length = policy.window
  local at = now + phase
  local index = floor(at / length)
  local self = {
    policy = policy, key = false, changed = false, index = index, phase = phase,
    p = 0, c = 0, e = at - index * length,
  }
  if not text then
    return self, true
  end
  if #text ~= COUNTS_WIDTH then
    return self, false
  end
  local stored, p, c = unpack_bytes(COUNTS, text)
  if stored > index + 1 or p > policy.ceiling or c > policy.ceiling then
    return self, false
  end
  if stored == index + 1 then
    self.index, self.e = stored, 0
  end
  if stored >= index then
    self.p, self.c = p, c
  elseif stored == index - 1 then
    self.p = c
  end
  return self, true
end

function window.admits(self, cost)
  local length = self.policy.window
  return self.p * (length - self.e) + (self.c + cost) * length <= self.policy.limit * length
end

function window.charge(self, cost)
  self.changed = true
  self.c = self.c + cost
end

function window.refund(self, cost)
  self.changed = true
  local taken = min(self.c, cost)
  self.c = self.c - taken
  self.p = self.p - min(self.p, cost - taken)
end

function window.add(self, at, cost)
  self.changed = true
  local index = floor((at + self.phase) / self.policy.window)
  if index >= self.index then
    self.c = min(self.c + cost, self.policy.ceiling)
  elseif index == self.index - 1 then
    self.p = min(self.p + cost, self.policy.ceiling)
  end
end

function window.remove(self, at, cost)
  local index = floor((at + self.phase) / self.policy.window)
  if index >= self.index then
    window.refund(self, cost)
  elseif index == self.index - 1 then
    self.changed = true
    self.p = self.p - min(self.p, cost)
  end
end

function window.clear(self)
  self.changed = true
  self.p, self.c = 0, 0
end

function window.read(self, _, reply)
  local n = #reply
  reply[n + 1], reply[n + 2], reply[n + 3] = self.p, self.c, self.e
end

-- the string and its time to live; nil when nothing is counted
function window.save(self)
  if self.p + self.c > 0 then
    return pack(COUNTS, self.index, self.p, self.c), 2 * self.policy.window - self.e
  end
end

-- exact: {bytes of the live entries from position first on, units used, now or the newest entry}

local log = {}
local HEADER, ENTRY, WIDTH = '>I4', '>I6I2', 8
local FULL = 65535

local function entry(self, position)
  return unpack_bytes(ENTRY, self.bytes, position)
end

function log.load(text, policy)
  local empty = {policy = policy, bytes = '', first = 1, used = 0, now = now}
  if not text then
    return empty, true
  end
  local size = #text - 4
  if size < WIDTH or size % WIDTH ~= 0 then
    return empty, false
  end
  local self = {policy = policy, bytes = sub(text, 5), first = 1, used = unpack_bytes(HEADER, text)}
  local newest = entry(self, size - WIDTH + 1)
  if newest > now + policy.window then
    return empty, false
  end
  self.now = max(now, newest)
  while self.first <= size do
    local at, cost = entry(self, self.first)
    if cost < 1 then
      return empty, false
    elseif at + policy.window > self.now then
      break
    end
    self.first, self.used = self.first + WIDTH, self.used - cost
  end
  local live = (size - self.first + 1) / WIDTH
  if self.used < live or self.used > live * FULL or (live == 0 and self.used ~= 0) then
    return empty, false
  end
  return self, true
end

function log.admits(self, cost)
  return self.used + cost <= self.policy.limit
end

-- puts units at a time, after every entry that is not newer
function log.add(self, at, cost)
  self.changed = true
  at = min(at, self.now)
  if at + self.policy.window <= self.now then
    return
  end
  local position = #self.bytes + 1
  local before, held
  while position > self.first do
    before, held = entry(self, position - WIDTH)
    if before <= at then
      break
    end
    position = position - WIDTH
  end
  local head = position
  if before == at and position > self.first then
    head, cost = position - WIDTH, cost + held
    self.used = self.used - held
  end
  cost = min(cost, FULL)
  self.used = self.used + cost
  self.bytes = sub(self.bytes, self.first, head - 1) .. pack(ENTRY, at, cost) .. sub(self.bytes, position)
  self.first = 1
end

function log.charge(self, cost)
  log.add(self, self.now, cost)
end

function log.refund(self, cost)
  self.changed = true
  while cost > 0 and #self.bytes >= self.first do
    local last = #self.bytes - WIDTH
    local at, held = entry(self, last + 1)
    local taken = min(cost, held)
    self.bytes = sub(self.bytes, 1, last)
    if taken < held then
      self.bytes = self.bytes .. pack(ENTRY, at, held - taken)
    end
    cost, self.used = cost - taken, self.used - taken
  end
end

function log.remove(self, at, cost)
  if at + self.policy.window > self.now then
    log.refund(self, cost)
  end
end

function log.clear(self)
  self.changed = true
  self.bytes, self.first, self.used = '', 1, 0
end

-- ms until so many units are free again
local function wait(self, units)
  local position, gone, at, cost = self.first, 0, self.now, 0
  while gone < units and position <= #self.bytes do
    at, cost = entry(self, position)
    position, gone = position + WIDTH, gone + cost
  end
  return at + self.policy.window - self.now
end

function log.read(self, cost, reply)
  local limit, used = self.policy.limit, self.used
  local next, asked, reset = 0, 0, 0
  if used > 0 then
    next = wait(self, max(1, used - limit + 1))
    local newest = entry(self, #self.bytes - WIDTH + 1)
    reset = newest + self.policy.window - self.now
  end
  if cost <= limit and used + cost > limit then
    asked = wait(self, used + cost - limit)
  end
  local n = #reply
  reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4] = used, next, asked, reset
end

function log.save(self)
  if self.used > 0 then
    local newest = entry(self, #self.bytes - WIDTH + 1)
    return pack(HEADER, self.used) .. sub(self.bytes, self.first),
      newest + self.policy.window - now
  end
end

-- the batch

local next_arg = 4
local policies = {}
for i = 1, tonumber(ARGV[3]) do
  local length = tonumber(ARGV[next_arg + 2])
  policies[i] = {
    rule = ARGV[next_arg] == 'e' and log or window,
    limit = tonumber(ARGV[next_arg + 1]),
    window = length,
    enforced = ARGV[next_arg + 3] == '1',
    ceiling = floor((2 ^ 53 - 1) / length),
  }
  next_arg = next_arg + 4
end

local counters, touched, repaired = {}, {}, {}

-- a counter is read once and written once, however many checks of the batch ask it
local function counter(position, question, policy, phase)
  local key = KEYS[position]
  local self, sound = counters[key], nil
  if self then
    self.policy = policy
    return self
  end
  local text = redis.pcall('GET', key)
  local lasting = text and redis.call('PTTL', key) == -1
  if type(text) == 'table' then
    self = policy.rule.load(false, policy, phase)
  else
    self, sound = policy.rule.load(text, policy, phase)
  end
  self.key = key
  if lasting or not sound then
    repaired[#repaired + 1] = question
    self.changed = true
  end
  counters[key] = self
  touched[#touched + 1] = self
  return self
end

-- brings a counter to where it is once, however often these sums, from from to to, are added
local function add(self, marker, from, to)
  local rule = self.policy.rule
  for i = from, to, 3 do
    local name, at, units = ARGV[i], tonumber(ARGV[i + 1]), tonumber(ARGV[i + 2])
    local more = units - (redis.call('HGET', marker, name) or 0)
    if more > 0 then
      rule.add(self, at, more)
    elseif more < 0 then
      rule.remove(self, at, -more)
    end
    redis.call('HSET', marker, name, units)
  end
  redis.call('PEXPIRE', marker, 2 * self.policy.window)
end

local position, question, reply = 0, 0, {now}
local asked, refused = {}, {}

while next_arg <= #ARGV do
  local kind, cost = ARGV[next_arg], tonumber(ARGV[next_arg + 1])
  local questions = tonumber(ARGV[next_arg + 2])
  next_arg = next_arg + 3

  local wanted = max(1, cost)
  local asks = kind == 'c' and cost >= 0
  local admitted = true
  for i = 1, questions do
    position, question = position + 1, question + 1
    local policy = policies[tonumber(ARGV[next_arg])]
    local self = counter(position, question, policy, tonumber(ARGV[next_arg + 1]))
    asked[i] = self
    refused[i] = asks and not policy.rule.admits(self, wanted)
    admitted = admitted and not (refused[i] and policy.enforced)
    next_arg = next_arg + 2
  end

  for i = 1, questions do
    local self = asked[i]
    local rule = self.policy.rule
    if kind == '+' or kind == '!' then
      position = position + 1
      local marker, last = KEYS[position], next_arg + 3 * ARGV[next_arg]
      if kind == '!' and redis.call('HSETNX', marker, 'afresh', 1) == 1 then
        rule.clear(self)
      end
      add(self, marker, next_arg + 1, last)
      next_arg = last + 1
    elseif kind == 'a' then
      rule.clear(self)
    elseif cost < 0 then
      rule.refund(self, -cost)
    elseif cost > 0 and admitted and not refused[i] then
      rule.charge(self, cost)
    end
    reply[#reply + 1] = refused[i] and 1 or 0
    rule.read(self, wanted, reply)
  end
end

for i = 1, #touched do
  local self = touched[i]
  if self.changed then
    local text, ttl = self.policy.rule.save(self)
    if text then
      redis.call('SET', self.key, text, 'PX', ttl)
    else
      redis.call('DEL', self.key)
    end
  end
end

for i = 1, #repaired do
  reply[#reply + 1] = repaired[i]
end
return reply
