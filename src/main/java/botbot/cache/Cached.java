package botbot.cache;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Reads through the cache: {@code @Cached("sessions") Optional<Session> find(Key key)}. The key is
 * the first parameter. The method is the load: it runs on a miss, at most once at a time for a key
 * of an instance, and reads PostgreSQL. What it does not find is remembered too, for a short while.
 * It throws {@link botbot.http.problem.Unavailable} when loads queue up for too long.
 */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Cached {
  /** The name of the cache: part of its keys and the label of its meters. */
  @Nonbinding
  String value() default "";
}
