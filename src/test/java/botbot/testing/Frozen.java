package botbot.testing;

/** A frozen process; closing it lets the process go on. Made for try-with-resources. */
@FunctionalInterface
public interface Frozen extends AutoCloseable {
  @Override
  void close();
}
