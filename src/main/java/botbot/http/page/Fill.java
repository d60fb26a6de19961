package botbot.http.page;

/** How far one answer is filled with documents: to 4 MiB, or by a first one that is longer. */
public final class Fill {

  /** Bytes of documents in one answer. */
  public static final long MOST = 4L << 20;

  private long bytes;
  private boolean full;

  /** Takes a document of that many bytes if it fits; after one that does not, none does. */
  public boolean takes(long document) {
    full |= bytes > 0 && bytes + document > MOST;
    bytes += full ? 0 : document;
    return !full;
  }
}
