package botbot.database;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalDataSource.FlushMode;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Replaces connections that may lead to a server, or to a state of it, that has gone. */
@Singleton
public class Connections {

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final AgroalDataSource database;
  private final WatchPool watch;
  private final AtomicLong renewed = new AtomicLong(System.nanoTime() - PAUSE.toNanos());

  Connections(AgroalDataSource database, WatchPool watch) {
    this.database = database;
    this.watch = watch;
  }

  /** Closes all connections, those in use when they are given back. */
  public void renew() {
    renewed.set(System.nanoTime());
    flush();
  }

  /** The same, unless that was done within the last second. */
  public void renewNowAndThen() {
    long before = renewed.get();
    if (System.nanoTime() - before >= PAUSE.toNanos()
        && renewed.compareAndSet(before, System.nanoTime())) {
      flush();
    }
  }

  private void flush() {
    database.flush(FlushMode.GRACEFUL);
    watch.renew();
  }
}
