/** What the service costs, measured as a process of its own; {@code src/bench/run} starts it. */
package botbot.bench;
