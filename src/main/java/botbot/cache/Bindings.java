package botbot.cache;

import io.quarkus.arc.ArcInvocationContext;
import io.smallrye.mutiny.unchecked.Unchecked;
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
    return Unchecked.supplier(call::proceed).get();
  }
}
