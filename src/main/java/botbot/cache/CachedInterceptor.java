package botbot.cache;

import botbot.cache.ReadThrough.Read;
import botbot.space.Key;
import io.quarkus.arc.Arc;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.util.Optional;

/** Serves {@link Cached} methods; outside the transaction, which only a load needs. */
@Interceptor
@Cached
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class CachedInterceptor {

  private final CacheTypes types;
  private final ReadThrough reads;
  private final CacheStatus status;

  CachedInterceptor(CacheTypes types, ReadThrough reads, CacheStatus status) {
    this.types = types;
    this.reads = reads;
    this.status = status;
  }

  @AroundInvoke
  Object read(InvocationContext call) {
    String cache = Bindings.find(call, Cached.class).value();
    Key key = (Key) call.getParameters()[0];
    Read<?> read = read(types.of(call.getMethod(), cache), key, call);
    if (Arc.container().requestContext().isActive()) {
      status.note(read.outcome());
    }
    return read.value();
  }

  @SuppressWarnings("unchecked") // CacheTypes has checked that the method returns Optional<V>
  private <V extends Versioned> Read<V> read(CacheType<V> type, Key key, InvocationContext call) {
    return reads.read(type, key, () -> (Optional<V>) Bindings.proceed(call));
  }
}
