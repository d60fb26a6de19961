package botbot.cache;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Deletes through the cache: as {@link CacheUpdate}, for a method that deleted its key. A short
 * tombstone takes the place of the entry. Of a method that deletes many by {@link Deletions} the
 * name and the first parameter say only which queue it waits in; what it deleted is evicted, of
 * whichever cache that is.
 */
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface CacheEvict {
  /** The name of the cache. */
  @Nonbinding
  String value() default "";
}
