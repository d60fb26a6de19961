package botbot.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Ends what this JVM started when this JVM ends, however that happens.
 *
 * <p>A shell waits at the end of a pipe. The kernel closes the pipe with the JVM, even after {@code
 * kill -9}, when no shutdown hook runs; the shell then stops the process of every home it was told
 * of, waking frozen ones.
 */
final class Reaper {
  // SIGINT makes PostgreSQL stop at once and in order, where SIGTERM alone waits for its clients; a
  // JVM started in the background is deaf to SIGINT. What is deaf to both is killed.
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      homes=
      while IFS= read -r line; do homes="$homes
      $line"; done
      pids=
      IFS='
      '
      for home in $homes; do
        pids="$pids $(cat "$home/frozen" "$home/pid" 2>/dev/null | tr '\\n' ' ')"
      done
      IFS=' '
      for pid in $pids; do kill -CONT "$pid"; kill -INT "$pid"; kill -TERM "$pid"; done
      rounds=0
      while [ $rounds -lt 50 ]; do
        left=
        for pid in $pids; do kill -0 "$pid" && left=yes; done
        [ -n "$left" ] || break
        rounds=$((rounds + 1))
        sleep 0.1
      done
      for pid in $pids; do kill -KILL "$pid"; done
      IFS='
      '
      for home in $homes; do rm -f "$home/pid" "$home/frozen"; [ ! -e "$home/temporary" ] || rm -rf "$home"; done
      """;

  private static final OutputStream PIPE = start();

  private Reaper() {}

  /** Has the process whose id is in {@code home/pid} stopped when this JVM is gone. */
  static synchronized void watch(Path home) {
    try {
      PIPE.write((home.toAbsolutePath() + "\n").getBytes(StandardCharsets.UTF_8));
      PIPE.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("The process that cleans up after this one is gone", e);
    }
  }

  private static OutputStream start() {
    try {
      return new ProcessBuilder("/bin/sh", "-c", SCRIPT)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .getOutputStream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
