-- What wrk asks for. Arguments behind the URL's `--`:
--   create FIRST [CREDENTIAL]  createUser, each time another user, from the number FIRST on; by the caller whose token this is
--   get COUNT                  GET /users/{id} of one of COUNT users, by chance
--   fixed                      GET /
-- Ends with a line of JSON: what was answered, and how fast.

local threads = 0
function setup(thread)
  thread:set("thread_number", threads)
  threads = threads + 1
end

function init(arguments)
  local what, number = arguments[1], tonumber(arguments[2] or 0)
  if what == "create" then
    local credential = arguments[3] and "Authorization: Bearer " .. arguments[3] .. "\r\n" or ""
    local head = "POST /commands HTTP/1.1\r\nHost: localhost\r\n" .. credential ..
                 "Content-Type: application/json\r\nContent-Length: "
    local body = '{"createUser":{"userId":"u%07d","name":"Ada Lovelace","email":"u%07d@example.org"}}'
    local user = number + thread_number * 100000000
    request = function()
      user = user + 1
      local json = string.format(body, user, user)
      return head .. #json .. "\r\n\r\n" .. json
    end
  elseif what == "get" then
    math.randomseed(thread_number + 1)
    request = function()
      return string.format("GET /users/u%07d HTTP/1.1\r\nHost: localhost\r\n\r\n", math.random(0, number - 1))
    end
  end
end

function done(summary, latency)
  local errors = summary.errors
  local percentiles = {}
  for _, name in ipairs({"50", "75", "90", "99", "99.9"}) do
    table.insert(percentiles, string.format('"p%s_us": %.1f', name, latency:percentile(tonumber(name))))
  end
  io.write(string.format('{"requests": %d, "seconds": %.6f, "refused": %d, "broken": %d, %s, "max_us": %.1f}\n',
                         summary.requests, summary.duration / 1e6, errors.status,
                         errors.connect + errors.read + errors.write + errors.timeout,
                         table.concat(percentiles, ", "), latency.max))
end
