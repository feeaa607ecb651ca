-- wrk script: sends the GETs listed in the file $REQUESTS ("path", or "path<TAB>key"), from number $FIRST on, over and
-- over in their order.
-- They are rendered before the load begins, so that the generator takes little from the machine it measures.
local rendered, at = {}, tonumber(os.getenv("FIRST"))

function init()
  for line in io.lines(os.getenv("REQUESTS")) do
    local path, key = line:match("^(%S+)\t?(%S*)$")
    local headers = { ["Host"] = wrk.host }
    if key ~= "" then headers["Authorization"] = "Bearer " .. key end
    rendered[#rendered + 1] = wrk.format("GET", path, headers)
  end
end

function request()
  at = at % #rendered + 1
  return rendered[at]
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    'RESULT {"n":%d,"secs":%.6f,"p50":%.3f,"p90":%.3f,"p99":%.3f,"p999":%.3f,"max":%.3f,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(90) / 1e3,
    latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3, latency.max / 1e3, e.status,
    e.connect + e.read + e.write + e.timeout))
end
