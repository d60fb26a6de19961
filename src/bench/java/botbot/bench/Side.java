package botbot.bench;

/** One of two things that are compared, as it is put under load. */
interface Side {
  Run run(int seconds);
}
