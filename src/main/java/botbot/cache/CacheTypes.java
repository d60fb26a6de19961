package botbot.cache;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.inject.Singleton;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Finds the type of cache an annotated method works on, from its return type. */
@Singleton
class CacheTypes {

  private final ObjectMapper json;
  private final Map<Method, CacheType<?>> byMethod = new ConcurrentHashMap<>();

  CacheTypes(ObjectMapper json) {
    this.json = json.copy();
    // what stands in an entry was bounded when it was stored, in another place
    this.json
        .getFactory()
        .setStreamReadConstraints(
            json.getFactory()
                .streamReadConstraints()
                .rebuild()
                .maxNestingDepth(Integer.MAX_VALUE)
                .build());
  }

  @SuppressWarnings("unchecked")
  <V extends Versioned> CacheType<V> of(Method method, String name) {
    CacheType<?> known = byMethod.get(method);
    if (known == null) {
      known = byMethod.computeIfAbsent(method, m -> new CacheType<>(name, valueType(m), json));
    }
    return (CacheType<V>) known;
  }

  <V extends Versioned> CacheType<V> of(String name, Class<V> type) {
    return new CacheType<>(name, type, json);
  }

  /**
   * {@code V} of a method that returns {@code V}, {@code Optional<V>}, {@code Written<V>} or an
   * optional one.
   */
  private static Class<? extends Versioned> valueType(Method method) {
    Type type = method.getGenericReturnType();
    while (type instanceof ParameterizedType generic) {
      type = generic.getActualTypeArguments()[0];
    }
    if (type instanceof Class<?> plain && plain.isRecord()) {
      return plain.asSubclass(Versioned.class);
    }
    throw new IllegalStateException(method + " must return a record that is Versioned");
  }
}
