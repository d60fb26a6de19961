package botbot.http.openapi;

import static java.util.Comparator.comparingLong;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.FieldInfo;
import org.jboss.jandex.IndexView;
import org.jspecify.annotations.Nullable;

/** Says of the records' fields what their types say: what is always there, and what may be null. */
final class Schemas {

  /** Before the name of a schema that is referred to. */
  static final String PREFIX = "#/components/schemas/";

  private static final DotName NULLABLE = DotName.createSimple(Nullable.class);
  private static final DotName INCLUDE =
      DotName.createSimple("com.fasterxml.jackson.annotation.JsonInclude");
  private static final DotName NAMED =
      DotName.createSimple("org.eclipse.microprofile.openapi.annotations.media.Schema");

  /** Fields which hold an object of the caller's own, not just any JSON. */
  private static final Set<String> OBJECTS = Set.of("data", "preferences", "config");

  private static final List<String> GENERIC = List.of("Page", "Batch");

  private final Map<String, List<ClassInfo>> records = new HashMap<>();

  Schemas(IndexView index) {
    for (ClassInfo known : index.getKnownClasses()) {
      if (known.isRecord() && known.name().toString().startsWith("botbot.")) {
        AnnotationInstance named = known.declaredAnnotation(NAMED);
        boolean renamed = named != null && named.value("name") != null;
        String name = renamed ? named.value("name").asString() : known.simpleName();
        records.computeIfAbsent(name, unknown -> new ArrayList<>()).add(known);
      }
    }
  }

  void complete(Components components) {
    components.addSchema(
        "Json", OASFactory.createSchema().description("Any JSON value, null too."));
    components.addSchema(
        "JsonObject",
        OASFactory.createSchema()
            .addType(SchemaType.OBJECT)
            .additionalPropertiesBoolean(true)
            .description("Any JSON object."));
    components.addSchema(
        "Instant",
        OASFactory.createSchema()
            .addType(SchemaType.STRING)
            .format("date-time")
            .description("RFC 3339 in UTC, with milliseconds.")
            .addExample("2026-01-31T09:30:00.125Z"));
    components.addSchema("JsonSchema", OASFactory.createSchema());
    components.getSchemas().forEach(this::complete);
  }

  private void complete(String name, Schema schema) {
    if (schema.getProperties() == null) {
      return;
    }
    @Nullable ClassInfo type = recordOf(name, schema.getProperties().keySet());
    Map<String, Schema> properties = new LinkedHashMap<>();
    schema.getProperties().forEach((field, is) -> properties.put(field, property(field, is)));
    if (type != null) {
      for (FieldInfo component : type.fields()) {
        Schema is = properties.get(component.name());
        if (is != null) {
          properties.put(component.name(), describe(schema, type, component, is));
        }
      }
    }
    properties.forEach(Bounds::add);
    schema.setProperties(properties);
  }

  /** The record that a schema is of: several may share a name, and generic ones lend theirs. */
  private @Nullable ClassInfo recordOf(String name, Set<String> properties) {
    String generic = GENERIC.stream().filter(name::startsWith).findFirst().orElse(name);
    return Stream.of(name, generic)
        .flatMap(known -> records.getOrDefault(known, List.of()).stream())
        .max(
            comparingLong(type -> properties.stream().filter(is -> type.field(is) != null).count()))
        .orElse(null);
  }

  private static Schema property(String field, Schema is) {
    if (field.equals("sessions") && is.getItems() != null) {
      // the feature that exports them does not know what they are
      is.setItems(OASFactory.createSchema().ref("Session"));
    }
    if (!(PREFIX + "Json").equals(is.getRef())) {
      return is;
    }
    if (OBJECTS.contains(field)) {
      return OASFactory.createSchema().ref(PREFIX + "JsonObject");
    }
    return field.equals("schema") ? OASFactory.createSchema().ref(PREFIX + "JsonSchema") : is;
  }

  private static Schema describe(Schema schema, ClassInfo type, FieldInfo component, Schema is) {
    if (!component.type().hasAnnotation(NULLABLE)) {
      List<String> required = schema.getRequired();
      if (required == null || !required.contains(component.name())) {
        schema.addRequired(component.name());
      }
      return is;
    }
    boolean leftOut = component.hasAnnotation(INCLUDE) || type.hasDeclaredAnnotation(INCLUDE);
    List<String> required = schema.getRequired();
    boolean there = required != null && required.contains(component.name());
    return leftOut ? is : nullable(is, there);
  }

  private static Schema nullable(Schema is, boolean there) {
    if (is.getRef() == null) {
      return is.getType() == null ? is : is.addType(SchemaType.NULL);
    }
    // where it is a Json, null is a value like any other, or is refused
    return is.getRef().startsWith(PREFIX + "Json") && !there
        ? is
        : OASFactory.createSchema()
            .addAnyOf(is)
            .addAnyOf(OASFactory.createSchema().addType(SchemaType.NULL));
  }
}
