package botbot.operations;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what callers choose out of the labels of the requests: what was refused before it reached a
 * resource has no route, and anybody can make up a method. The routes are those of the OpenAPI
 * document of the build.
 */
@Singleton
final class RouteLabels implements MeterFilter {

  private static final String DOCUMENT = "META-INF/quarkus-generated-openapi-doc.JSON";
  private static final Set<String> METHODS =
      Set.of("GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS");

  private volatile @Nullable Set<String> routes;

  @Override
  public Meter.Id map(Meter.Id id) {
    if (!id.getName().startsWith("http.server.requests")) {
      return id;
    }
    List<Tag> bounded = new ArrayList<>();
    for (Tag tag : id.getTagsAsIterable()) {
      bounded.add(
          switch (tag.getKey()) {
            case "uri" -> bounded(tag, routes().contains(tag.getValue()), "UNKNOWN");
            case "method" -> bounded(tag, METHODS.contains(tag.getValue()), "OTHER");
            default -> tag;
          });
    }
    return id.replaceTags(bounded);
  }

  private static Tag bounded(Tag tag, boolean known, String otherwise) {
    return known ? tag : Tag.of(tag.getKey(), otherwise);
  }

  private Set<String> routes() {
    Set<String> known = routes;
    if (known == null) {
      known = read();
      routes = known;
    }
    return known;
  }

  private static Set<String> read() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try (InputStream document = loader.getResourceAsStream(DOCUMENT)) {
      Set<String> found = new HashSet<>();
      new ObjectMapper().readTree(document).path("paths").fieldNames().forEachRemaining(found::add);
      return found;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
