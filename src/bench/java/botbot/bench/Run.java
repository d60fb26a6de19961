package botbot.bench;

/**
 * What a load came to.
 *
 * @param perSecond how many requests were answered in a second
 * @param p99Millis the time within which 99 of 100 were; NaN where that is not known
 * @param cpuMicros what the process under load used of the processors for each; NaN where there is
 *     none of its own
 * @param cpuOfAllMicros the same with PostgreSQL and Redis
 */
record Run(double perSecond, double p99Millis, double cpuMicros, double cpuOfAllMicros) {

  /** The same where each request is for several things, counted by things. */
  Run each(int things) {
    return new Run(perSecond * things, p99Millis, cpuMicros / things, cpuOfAllMicros / things);
  }
}
