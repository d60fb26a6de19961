package botbot.cache;

import botbot.cache.queue.WriterQueue;
import botbot.space.Key;
import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;

/** Publishes the deletion of a {@link CacheEvict} method, after its transaction has committed. */
@Interceptor
@CacheEvict
@Priority(Interceptor.Priority.PLATFORM_BEFORE + 100)
class CacheEvictInterceptor {

  private final WriteThrough writes;
  private final WriterQueue queue;

  CacheEvictInterceptor(WriteThrough writes, WriterQueue queue) {
    this.writes = writes;
    this.queue = queue;
  }

  @AroundInvoke
  Object evict(InvocationContext call) {
    String cache = Bindings.find(call, CacheEvict.class).value();
    Key key = (Key) call.getParameters()[0];
    WriteThrough.Slot slot = new WriteThrough.Slot();
    Object result = writes.call(slot, () -> queue.inTurn(cache, key, () -> Bindings.proceed(call)));
    writes.publishDeletion(slot);
    return result;
  }
}
