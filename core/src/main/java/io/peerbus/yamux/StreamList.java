package io.peerbus.yamux;

/**
 * Streams in order of arrival, each at most once; adding and removing take the same time whatever the length.
 *
 * <p>The links are part of the stream, one {@link Link} for each list it may be in. Not thread safe.
 */
final class StreamList {

  /** The place of one stream in one list. */
  static final class Link {
    private final MuxedStream stream;
    private Link previous;
    private Link next;
    private boolean listed;

    Link(MuxedStream stream) {
      this.stream = stream;
    }

    boolean isListed() {
      return listed;
    }
  }

  private Link first;
  private Link last;

  boolean isEmpty() {
    return first == null;
  }

  boolean hasSeveral() {
    return first != last;
  }

  MuxedStream first() {
    return first.stream;
  }

  /** Puts it at the end, unless it is in the list. */
  void add(Link link) {
    if (link.listed) {
      return;
    }
    link.listed = true;
    link.previous = last;
    if (last == null) {
      first = link;
    } else {
      last.next = link;
    }
    last = link;
  }

  void remove(Link link) {
    if (!link.listed) {
      return;
    }
    if (link.previous == null) {
      first = link.next;
    } else {
      link.previous.next = link.next;
    }
    if (link.next == null) {
      last = link.previous;
    } else {
      link.next.previous = link.previous;
    }
    link.previous = null;
    link.next = null;
    link.listed = false;
  }

  void clear() {
    first = null;
    last = null;
  }
}
