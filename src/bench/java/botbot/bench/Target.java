package botbot.bench;

/** A process that answers requests, and the key that it is called with. */
record Target(String url, String key, ProcessHandle process) {}
