package botbot.cache;

import botbot.cache.entry.Entry;
import botbot.cache.entry.Entry.Kind;
import botbot.http.json.Json;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A cache's name, and how its values are written into entries and read back. */
final class CacheType<V extends Versioned> {

  private final String name;
  private final String schema;
  private final ObjectReader reader;
  private final ObjectWriter writer;

  CacheType(String name, Class<V> type, ObjectMapper json) {
    this.name = name;
    this.schema = fingerprint(type);
    this.reader = json.readerFor(type).without(StreamReadFeature.STRICT_DUPLICATE_DETECTION);
    this.writer = json.writerFor(type);
  }

  String name() {
    return name;
  }

  /** The entry of a value that took {@code loadMs} to load and is kept until {@code freshUntil}. */
  Entry entry(V value, long freshUntil, long loadMs) {
    return new Entry(
        Kind.V,
        value.version(),
        expiry(value),
        freshUntil,
        loadMs,
        accessUntil(value),
        schema,
        json(value));
  }

  /** A value as callers are shown it. */
  Buffer json(V value) {
    try {
      return Buffer.buffer(writer.writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value of cache " + name + " cannot be written", e);
    }
  }

  /** The value of an entry, or null if another release of this service wrote it. */
  @Nullable V value(Entry entry) {
    if (!isOfThisSchema(entry)) {
      return null;
    }
    try {
      byte[] text = entry.payload().getBytes();
      return Json.asWritten(reader, text).readValue(text);
    } catch (IOException e) {
      return null;
    }
  }

  boolean isOfThisSchema(Entry entry) {
    return entry.schema().equals(schema);
  }

  private static long accessUntil(Versioned value) {
    Instant until = value.accessUntil();
    return until == null ? 0 : until.toEpochMilli();
  }

  /** End of life in milliseconds since the epoch, 0 for none. */
  static long expiry(Versioned value) {
    Instant end = value.endOfLife();
    return end == null ? 0 : end.toEpochMilli();
  }

  /** Changes with every change of the record, so that instances of two versions can share Redis. */
  private static String fingerprint(Class<?> type) {
    StringBuilder shape = new StringBuilder();
    for (RecordComponent component : type.getRecordComponents()) {
      shape.append(component.getName()).append(component.getGenericType().getTypeName());
    }
    return Integer.toHexString(shape.toString().hashCode());
  }
}
