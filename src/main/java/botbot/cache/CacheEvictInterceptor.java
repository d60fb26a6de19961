package botbot.cache;

import botbot.http.PreconditionFailed;
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

  CacheEvictInterceptor(WriteThrough writes) {
    this.writes = writes;
  }

  @AroundInvoke
  Object evict(InvocationContext call) {
    WriteThrough.Slot slot = writes.open();
    Object result;
    try {
      result = Bindings.proceed(call);
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
