package botbot.cache;

import io.quarkus.arc.ArcInvocationContext;
import io.smallrye.mutiny.unchecked.Unchecked;
import jakarta.interceptor.InvocationContext;
import jakarta.transaction.Transactional;
import java.lang.annotation.Annotation;

/** What an interceptor asks of the call it intercepts. */
final class Bindings {

  private Bindings() {}

  static <A extends Annotation> A find(InvocationContext call, Class<A> type) {
    return type.cast(((ArcInvocationContext) call).findIterceptorBinding(type));
  }

  /** Whether the call works in PostgreSQL, not in Redis alone. */
  static boolean isTransactional(InvocationContext call) {
    return ((ArcInvocationContext) call).findIterceptorBinding(Transactional.class) != null;
  }

  /** The call itself; services throw unchecked exceptions only. */
  static Object proceed(InvocationContext call) {
    return Unchecked.supplier(call::proceed).get();
  }
}
