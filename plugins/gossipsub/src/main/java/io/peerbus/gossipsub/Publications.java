package io.peerbus.gossipsub;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Messages of ours on their way to be signed. They leave in the order they were published: kubo drops a message
 * whose sequence number is not greater than the last it saw of its author.
 *
 * <p>Not thread safe, part of {@link Gossipsub}.
 */
final class Publications {

  /** One message of ours. */
  static final class Publication {
    final long request;
    final String topic;
    private final Message draft;
    private Message message;
    private boolean done;

    private Publication(long request, String topic, Message draft) {
      this.request = request;
      this.topic = topic;
      this.draft = draft;
    }

    /** Ready to be sent, or {@code null} when it could not be signed. */
    Message message() {
      return message;
    }
  }

  /** Bytes of an RPC with one message besides its data, topic and key: author, number, signature, tags and lengths. */
  private static final int OVERHEAD = 192;

  private final byte[] from;
  private final byte[] key;
  private final boolean signs;
  private final GossipsubLimits limits;
  private final Deque<Publication> waiting = new ArrayDeque<>();
  private long nextSeqno;

  /** @param firstSeqno the wall clock in nanoseconds, so that numbers grow across restarts */
  Publications(Identity self, GossipsubOptions options, long firstSeqno) {
    this.signs = options.getPolicy().signs();
    this.from = signs ? self.peer().toBytes() : null;
    this.key = self.keyToAttach();
    this.limits = options.getLimits();
    this.nextSeqno = firstSeqno;
  }

  /** The number of the next message. */
  long nextSeqno() {
    return nextSeqno;
  }

  /** An earlier machine has used the numbers below this. */
  void restore(long seqno) {
    nextSeqno = Math.max(nextSeqno, seqno);
  }

  boolean isFull() {
    return waiting.size() >= limits.getMaxPublications();
  }

  /** What keeps this from ever being published, or {@code null}. */
  String problemWith(String topic, byte[] data) {
    int mostData = limits.getMaxMessageSize() - limits.getMaxTopicLength() - OVERHEAD - (key == null ? 0 : key.length);
    return data.length > mostData
        ? "message of " + data.length + " bytes: the most is " + mostData : Topics.problem(topic, limits);
  }

  /** Answers what is to be signed. */
  Message begin(long request, String topic, byte[] data) {
    byte[] seqno = signs ? ByteBuffer.allocate(Long.BYTES).putLong(nextSeqno++).array() : null;
    Publication begun = new Publication(request, topic, Message.draft(from, seqno, topic, data));
    waiting.add(begun);
    if (!signs) {
      begun.message = begun.draft;
      begun.done = true;
    }
    return begun.draft;
  }

  /** @param signature or {@code null} when there is none to be had */
  void onSigned(long request, byte[] signature) {
    for (Publication each : waiting) {
      if (each.request == request && !each.done) {
        each.done = true;
        each.message = signature == null ? null : each.draft.signed(signature, key);
        return;
      }
    }
  }

  /** The next that is done, or {@code null}. */
  Publication poll() {
    return !waiting.isEmpty() && waiting.peek().done ? waiting.poll() : null;
  }
}
