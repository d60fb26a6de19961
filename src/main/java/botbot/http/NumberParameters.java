package botbot.http;

import botbot.http.problem.BadInput;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.ext.ParamConverter;
import jakarta.ws.rs.ext.ParamConverterProvider;
import jakarta.ws.rs.ext.Provider;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads whole numbers in paths and queries: the framework takes a bad one for an unknown path, and
 * names no field.
 */
@Provider
final class NumberParameters implements ParamConverterProvider {

  @Override
  @SuppressWarnings("unchecked")
  public <T> @Nullable ParamConverter<T> getConverter(
      Class<T> type, Type genericType, Annotation[] annotations) {
    if (type == int.class || type == Integer.class) {
      return (ParamConverter<T>) new Whole<>(name(annotations), Integer::valueOf);
    }
    if (type == long.class || type == Long.class) {
      return (ParamConverter<T>) new Whole<>(name(annotations), Long::valueOf);
    }
    return null;
  }

  private static String name(Annotation[] annotations) {
    for (Annotation annotation : annotations) {
      if (annotation instanceof QueryParam query) {
        return query.value();
      }
      if (annotation instanceof PathParam path) {
        return path.value();
      }
    }
    return "parameter";
  }

  private record Whole<N extends Number>(String name, Function<String, N> parse)
      implements ParamConverter<N> {

    @Override
    public @Nullable N fromString(@Nullable String value) {
      if (value == null) {
        return null;
      }
      try {
        return parse.apply(value);
      } catch (NumberFormatException notANumber) {
        throw new BadInput(name, "must be a whole number in range");
      }
    }

    @Override
    public String toString(N value) {
      return value.toString();
    }
  }
}
