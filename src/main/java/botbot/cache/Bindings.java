package botbot.cache;

import io.quarkus.arc.ArcInvocationContext;
import jakarta.interceptor.InvocationContext;
import java.lang.annotation.Annotation;

/** What an interceptor asks of the call it intercepts. */
final class Bindings {

  private Bindings() {}

  static <A extends Annotation> A find(InvocationContext call, Class<A> type) {
    return type.cast(((ArcInvocationContext) call).findIterceptorBinding(type));
  }

  /** The call itself; services throw unchecked exceptions only. */
  static Object proceed(InvocationContext call) {
    try {
      return call.proceed();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
