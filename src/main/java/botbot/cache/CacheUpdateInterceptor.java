package botbot.cache;

import botbot.cache.queue.WriterQueue;
import botbot.space.Key;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Publishes what {@link CacheUpdate} methods return, after their transaction has committed. */
@Interceptor
@CacheUpdate
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class CacheUpdateInterceptor {

  private final CacheTypes types;
  private final WriteThrough writes;
  private final WriterQueue queue;

  CacheUpdateInterceptor(CacheTypes types, WriteThrough writes, WriterQueue queue) {
    this.types = types;
    this.writes = writes;
    this.queue = queue;
  }

  @AroundInvoke
  Object update(InvocationContext call) {
    String cache = Bindings.find(call, CacheUpdate.class).value();
    Key key = (Key) call.getParameters()[0];
    CacheType<Versioned> type = types.of(call.getMethod(), cache);
    WriteThrough.Slot slot = new WriteThrough.Slot();
    Object result =
        writes.call(
            slot,
            () ->
                Bindings.isTransactional(call)
                    ? queue.inTurn(cache, key, () -> Bindings.proceed(call))
                    : Bindings.proceed(call));
    Versioned value = value(result);
    if (value != null && slot.hasBegun()) {
      writes.publishValue(type, slot, value);
    } else if (value != null) {
      writes.publishExtension(type, key, value);
    }
    return result;
  }

  private static @Nullable Versioned value(@Nullable Object result) {
    return switch (result) {
      case null -> null;
      case Versioned value -> value;
      case Written<?> written -> written.value();
      case Optional<?> optional -> value(optional.orElse(null));
      default -> throw new IllegalStateException("not a cached value: " + result);
    };
  }
}
