package botbot.cache;

import botbot.cache.queue.WriterQueue;
import botbot.http.condition.PreconditionFailed;
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
    WriteThrough.Slot slot = writes.open();
    Object result;
    try {
      result = queue.inTurn(cache, key, () -> Bindings.proceed(call));
    } catch (PreconditionFailed refusal) {
      writes.refused(slot);
      throw refusal;
    } finally {
      writes.close();
    }
    writes.publishDeletion(slot);
    return result;
  }
}
