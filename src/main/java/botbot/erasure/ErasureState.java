package botbot.erasure;

/**
 * What is still to be erased, in all instances together.
 *
 * @param pending users and spaces
 * @param deleted rows that went so far
 * @param oldestAgeMs age of the oldest of them, 0 without one
 */
public record ErasureState(int pending, long deleted, long oldestAgeMs) {}
