-- Decides a batch of rate checks. A check asks one or more counters of one subject: all admit it
-- and all are charged, or none is. Also gives back (a cost below 0), peeks (0), starts counters
-- afresh and adds what was counted elsewhere.
--
-- KEYS  the counters that are asked, and what additions are remembered by, each once
-- ARGV  [1] big-endian numbers without gaps:
--         8 bytes: the latest time in ms at which this batch may run; after it, it does nothing: by
--           then the caller has given up and counts for itself
--         8: the time in ms to take for now; 0 for that of this server, anything else is for tests
--         2: the number of policies, then for each of them
--           1: 1 exact / 0 sliding window, 4: limit, 6: window in ms, 2: its clock's unit in
--              ms, 1: 1 enforced / 0 shadow
--         for each key 6: the phase in ms by which its windows are shifted
--         then for each check
--           1: what happens: 0 it is decided, 1 its counters start afresh, 2 an addition, 3 an addition
--             to a counter that starts afresh before
--           4: the cost, signed, 2: the number of its questions, then for each question
--             2: its policy, 2: its key, both from 1
--           an addition has one question, and then
--             2: the key it is remembered by, 2: the number of its sums, then for each
--               6: its name, 6: the latest time in it in ms, 6: its units, signed (below 0: given back)
--         An addition tells what was counted elsewhere, and may come again, its sums having changed
--         since: the hash it is remembered by holds what of each was added already.
-- reply  big-endian numbers without gaps: 8 bytes: now; if it is too late, that is all. Else for each
--        question 1: 1 if it says no, even in vain for a shadow, else 0; a peek asks for a cost of 1;
--          sliding window: 6: units in the previous window, 6: in this one, 6: ms since this one began
--          exact: 6: units used, 6: ms to the next unit, 6: ms until the cost fits (0: it does, or
--            never will), 6: ms until all is free
--        and at last 4 bytes, signed, for each of the questions, from 1, whose counters start afresh:
--          not having been sound, or below 0 those of a later time, since this clock went back
--
-- A counter is one string of big-endian numbers. Sliding window: the window's index and the units in
-- the previous window and in this one, 6 bytes each. Exact: the units used in 4 bytes, then 6 bytes
-- of time and 2 of cost for each admission, oldest first.
--
-- Making functions, tables and strings is most of what a script costs: so numbers come packed, and
-- what a batch of checks of sliding windows does not need is made by rules() when it is needed.

local call, pcall = redis.call, redis.pcall
local abs, ceil, floor, min, max = math.abs, math.ceil, math.floor, math.min, math.max
local pack, unpack_bytes, concat = struct.pack, struct.unpack, table.concat

local input = ARGV[1]
local latest, now, count, cursor = unpack_bytes('>I8I8I2', input)
if now == 0 then
  local time = call('TIME')
  now = time[1] * 1000 + floor(time[2] / 1000)
end
if now > latest then
  return pack('>I8', now)
end

local policies = {}
for i = 1, count do
  local exact, limit, window, unit, enforced
  exact, limit, window, unit, enforced, cursor = unpack_bytes('>BI4I6I2B', input, cursor)
  policies[i] = {
    exact = exact == 1,
    limit = limit,
    window = window,
    unit = unit,
    units = floor(window / unit),
    enforced = enforced == 1,
  }
end

local phases = cursor
cursor = cursor + 6 * #KEYS

local function phase(key)
  return (unpack_bytes('>I6', input, phases + 6 * (key - 1)))
end

-- sliding window: index, previous p, current c, elapsed e

local COUNTS, COUNTS_WIDTH = '>I6I6I6', 18

-- what a counter may hold at most; anything above is not a count. Twice the highest limit fits any
-- window, and its product with one the 64 bits of who reads the answer.
local function ceiling(window)
  return max(floor((2 ^ 53 - 1) / window), 2 ^ 31 - 1)
end

-- the counter, whether its text is sound, and if it is of a later time when it was to expire; a
-- clock that stepped back a little stays at a window's start
local function load_window(text, policy, key)
  local window = policy.window
  local at = now + phase(key)
  local index = floor(at / window)
  local p, c, e, sound, ends = 0, 0, at - index * window, true, nil
  if text then
    sound = false
    if #text == COUNTS_WIDTH then
      local stored, before, current = unpack_bytes(COUNTS, text)
      local most = ceiling(window)
      sound = before <= most and current <= most
      if sound and stored > index + 1 then
        sound, ends = false, (stored + 2) * window - phase(key)
      elseif sound and stored >= index then
        p, c = before, current
        if stored > index then
          index, e = stored, 0
        end
      elseif sound and stored == index - 1 then
        p = current
      end
    end
  end
  return {policy = policy, key = key, changed = false, index = index, p = p, c = c, e = e},
    sound,
    ends
end

local made

-- what else can be done with a counter of a sliding window, and all that can be with a log
local function rules(exact)
  if made then
    return made[exact]
  end
  local window, log = {}, {}
  made = {[false] = window, [true] = log}

  function window.refund(self, cost)
    local taken = min(self.c, cost)
    self.c = self.c - taken
    self.p = self.p - min(self.p, cost - taken)
  end

  function window.add(self, at, cost)
    local index = floor((at + phase(self.key)) / self.policy.window)
    if index >= self.index then
      self.c = min(self.c + cost, ceiling(self.policy.window))
    elseif index == self.index - 1 then
      self.p = min(self.p + cost, ceiling(self.policy.window))
    end
  end

  function window.remove(self, at, cost)
    local index = floor((at + phase(self.key)) / self.policy.window)
    if index >= self.index then
      window.refund(self, cost)
    elseif index == self.index - 1 then
      self.p = self.p - min(self.p, cost)
    end
  end

  function window.clear(self)
    self.p, self.c = 0, 0
  end

  -- exact: bytes of the live entries from position first on, units used, now or the newest entry

  local HEADER, ENTRY, WIDTH = '>I4', '>I6I2', 8
  local FULL = 65535

  local function entry(self, position)
    return unpack_bytes(ENTRY, self.bytes, position)
  end

  function log.load(text, policy, key)
    local empty = {policy = policy, key = key, bytes = '', first = 1, used = 0, now = now}
    if not text then
      return empty, true
    end
    local size = #text - 4
    if size < WIDTH or size % WIDTH ~= 0 then
      return empty, false
    end
    local self = {policy = policy, key = key, bytes = text:sub(5), first = 1}
    self.used = unpack_bytes(HEADER, text)
    local newest = entry(self, size - WIDTH + 1)
    if newest > now + policy.window then
      return empty, false, newest + policy.window
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

  -- puts units at a time, after every entry that is not newer
  function log.add(self, at, cost)
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
    self.bytes = self.bytes:sub(self.first, head - 1)
      .. pack(ENTRY, at, cost)
      .. self.bytes:sub(position)
    self.first = 1
  end

  function log.refund(self, cost)
    while cost > 0 and #self.bytes >= self.first do
      local last = #self.bytes - WIDTH
      local at, held = entry(self, last + 1)
      local taken = min(cost, held)
      self.bytes = self.bytes:sub(1, last)
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

  -- the units used, and the three waits of the reply
  function log.read(self, cost)
    local limit, used = self.policy.limit, self.used
    local next, asked, reset = 0, 0, 0
    if used > 0 then
      next = wait(self, max(1, used - limit + 1))
      reset = entry(self, #self.bytes - WIDTH + 1) + self.policy.window - self.now
    end
    if cost <= limit and used + cost > limit then
      asked = wait(self, used + cost - limit)
    end
    return used, next, asked, reset
  end

  -- the string and its time to live; nil when nothing is counted
  function log.save(self)
    if self.used > 0 then
      local newest = entry(self, #self.bytes - WIDTH + 1)
      return pack(HEADER, self.used) .. self.bytes:sub(self.first),
        newest + self.policy.window - now
    end
  end

  return made[exact]
end

-- the batch

local CHECK, ADDITION, ADDITION_AFRESH = 0, 2, 3

-- ms between the readings of the clock by this script and by the server
local CLOCKS_APART = 1000

local counters, repaired = {}, {}

-- a counter is read once and written once, however many checks of the batch ask it
local function counter(key, question, policy)
  local self = counters[key]
  if self then
    self.policy = policy
    return self
  end
  local text = pcall('GET', KEYS[key])
  local is_string = type(text) ~= 'table'
  text = is_string and text
  local readable, ends
  if policy.exact then
    self, readable, ends = rules(true).load(text, policy, key)
  else
    self, readable, ends = load_window(text, policy, key)
  end
  if not (is_string and readable) then
    -- what expires when a counter of its time does was written by this service
    local of_later = ends and abs(now + call('PTTL', KEYS[key]) - ends) < CLOCKS_APART
    repaired[#repaired + 1] = of_later and -question or question
    self.changed = true
  end
  counters[key] = self
  return self
end

-- adds the sums at the cursor, as far as that was not done before
local function add(self, afresh)
  local rule = rules(self.policy.exact)
  local memory, sums
  memory, sums, cursor = unpack_bytes('>I2I2', input, cursor)
  memory = KEYS[memory]
  if afresh and call('HSETNX', memory, 'afresh', 1) == 1 then
    rule.clear(self)
  end
  for _ = 1, sums do
    local name, at, units
    name, at, units, cursor = unpack_bytes('>I6I6i6', input, cursor)
    local more = units - (call('HGET', memory, name) or 0)
    if more > 0 then
      rule.add(self, at, more)
    elseif more < 0 then
      rule.remove(self, at, -more)
    end
    call('HSET', memory, name, units)
  end
  call('PEXPIRE', memory, 2 * self.policy.window)
end

local question, answers, reply = 0, 1, {pack('>I8', now)}
local asked, refused = {}, {}

while cursor <= #input do
  local kind, cost, questions
  kind, cost, questions, cursor = unpack_bytes('>Bi4I2', input, cursor)

  local wanted = max(1, cost)
  local asks = kind == CHECK and cost >= 0
  local admitted = true
  for i = 1, questions do
    local position, key
    position, key, cursor = unpack_bytes('>I2I2', input, cursor)
    question = question + 1
    local policy = policies[position]
    local self = counter(key, question, policy)
    local no = false
    if asks and policy.exact then
      no = self.used + wanted > policy.limit
    elseif asks then
      -- in the clock's unit, below 2^53 on the right; what is left of a window is rounded up, the
      -- window down, so that the previous count never weighs less than in ms
      local units = policy.units
      local left = min(units, ceil((policy.window - self.e) / policy.unit))
      no = self.p * left + (self.c + wanted) * units > policy.limit * units
    end
    asked[i], refused[i] = self, no
    admitted = admitted and not (no and policy.enforced)
  end

  for i = 1, questions do
    local self, no = asked[i], refused[i]
    local exact = self.policy.exact
    if kind >= ADDITION then
      self.changed = true
      add(self, kind == ADDITION_AFRESH)
    elseif kind ~= CHECK then
      self.changed = true
      rules(exact).clear(self)
    elseif cost < 0 then
      self.changed = true
      rules(exact).refund(self, -cost)
    elseif cost > 0 and admitted and not no then
      self.changed = true
      if exact then
        rules(exact).add(self, self.now, cost)
      else
        self.c = self.c + cost
      end
    end
    no = no and 1 or 0
    answers = answers + 1
    reply[answers] = exact and pack('>BI6I6I6I6', no, rules(exact).read(self, wanted))
      or pack('>BI6I6I6', no, self.p, self.c, self.e)
  end
end

for key = 1, #KEYS do
  local self = counters[key]
  -- a counter that was made to stay for ever is written once more, with its time to live
  if self and (self.changed or call('PTTL', KEYS[key]) == -1) then
    local text, ttl
    if self.policy.exact then
      text, ttl = rules(true).save(self)
    elseif self.p + self.c > 0 then
      text, ttl = pack(COUNTS, self.index, self.p, self.c), 2 * self.policy.window - self.e
    end
    if text then
      call('SET', KEYS[key], text, 'PX', ttl)
    else
      call('DEL', KEYS[key])
    end
  end
end

for i = 1, #repaired do
  reply[answers + i] = pack('>i4', repaired[i])
end
return concat(reply)
