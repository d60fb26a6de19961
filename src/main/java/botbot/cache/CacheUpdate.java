package botbot.cache;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Writes through the cache: {@code @Transactional @CacheUpdate("sessions") Session put(Key key,
 * ...)}. The method calls {@link Writes} first and returns the value it stored; after its commit
 * the value is in Redis before the caller has it. Where Redis did not confirm, readers of this
 * instance bypass it for this key until the relay has caught up. The first parameter is the {@link
 * botbot.space.Key}. A method that begins no write changes only when the value ends: there is no
 * new version, and no row in the outbox.
 */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface CacheUpdate {
  /** The name of the cache. */
  @Nonbinding
  String value() default "";
}
