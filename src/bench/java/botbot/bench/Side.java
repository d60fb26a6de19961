package botbot.bench;

import java.util.Optional;

/** One of two things that are compared, as it is put under load. */
interface Side {
  Run run(int seconds);

  /** The process under load, where it is one. */
  default Optional<ProcessHandle> process() {
    return Optional.empty();
  }

  /** The same, counted by the things that each request is for. */
  default Side each(int things) {
    Side requests = this;
    return new Side() {
      @Override
      public Run run(int seconds) {
        return requests.run(seconds).each(things);
      }

      @Override
      public Optional<ProcessHandle> process() {
        return requests.process();
      }
    };
  }
}
