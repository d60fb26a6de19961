package botbot.http.openapi;

import botbot.http.patch.JsonPatch;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.Components;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.PathItem.HttpMethod;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/** What signatures do not say of request bodies: the forms of a patch, and which may be absent. */
final class Bodies {

  private static final String MERGE_PATCH = "MergePatch";
  private static final String JSON_PATCH = "JsonPatch";
  private static final String OPERATION = "JsonPatchOperation";

  private Bodies() {}

  static void describe(Components components) {
    components.addSchema(
        MERGE_PATCH,
        OASFactory.createSchema()
            .addType(SchemaType.OBJECT)
            .additionalPropertiesBoolean(true)
            .description(
                "A merge-patch of the resource as GET shows it (RFC 7396): what it names is"
                    + " replaced, null removes."));
    components.addSchema(
        JSON_PATCH,
        OASFactory.createSchema()
            .addType(SchemaType.ARRAY)
            .items(OASFactory.createSchema().ref(OPERATION))
            .maxItems(JsonPatch.MAX_OPERATIONS)
            .description("Operations on the resource as GET shows it (RFC 6902), all or none."));
    components.addSchema(OPERATION, operation());
  }

  private static Schema operation() {
    return OASFactory.createSchema()
        .addType(SchemaType.OBJECT)
        .description("One operation of a JSON Patch.")
        .addProperty(
            "op",
            OASFactory.createSchema()
                .addType(SchemaType.STRING)
                .enumeration(List.of("add", "remove", "replace", "move", "copy", "test")))
        .addProperty("path", pointer("Where, as a JSON Pointer: /data/turns/- is behind the last."))
        .addProperty("from", pointer("Whence, of move and copy."))
        .addProperty("value", OASFactory.createSchema().ref("Json"))
        .required(List.of("op", "path"));
  }

  private static Schema pointer(String description) {
    return OASFactory.createSchema()
        .addType(SchemaType.STRING)
        .pattern("^(/.*)?$")
        .maxLength(Bounds.LINE)
        .description(description);
  }

  static void add(HttpMethod method, Operation operation, Components components) {
    if (operation.getRequestBody() == null) {
      return;
    }
    Map<String, MediaType> types = operation.getRequestBody().getContent().getMediaTypes();
    if (method == HttpMethod.PATCH) {
      types.forEach(
          (type, body) ->
              body.setSchema(
                  OASFactory.createSchema()
                      .ref(type.equals(JsonPatch.MEDIA_TYPE) ? JSON_PATCH : MERGE_PATCH)));
    } else if (types.values().stream().allMatch(body -> allOptional(body, components))) {
      operation.getRequestBody().setRequired(false);
    }
  }

  /** A body whose fields may all be left out may be left out itself. */
  private static boolean allOptional(MediaType body, Components components) {
    String ref = body.getSchema().getRef();
    Schema schema =
        ref == null
            ? body.getSchema()
            : components.getSchemas().get(ref.substring(Schemas.PREFIX.length()));
    return schema != null
        && schema.getProperties() != null
        && !schema.getProperties().isEmpty()
        && (schema.getRequired() == null || schema.getRequired().isEmpty());
  }
}
