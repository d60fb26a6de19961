package botbot.document;

import java.io.Serializable;

/** Which version of which document: the id of its row. */
public record VersionId(String space, String kind, String key, long number)
    implements Serializable {}
