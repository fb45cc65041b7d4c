package io.peerbus.swarm;

import io.peerbus.machine.Machine;
import io.peerbus.multistream.Negotiation;
import io.peerbus.multistream.NegotiationException;
import io.peerbus.muxer.Muxer;
import io.peerbus.swarm.Connection.Action;
import io.peerbus.swarm.Connection.Why;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The streams of one connection, each bound to its protocol by multistream-select before its bytes go up.
 *
 * <p>Not thread safe, owned by its {@link Connection}, which feeds it the session's actions.
 */
final class Streams {

  private static final class Entry {
    final boolean inbound;
    Negotiation negotiation; // null once settled
    boolean announced;       // the owner knows the stream
    int negotiationBytes;    // queued in the session ahead of the owner's bytes

    Entry(boolean inbound, Negotiation negotiation) {
      this.inbound = inbound;
      this.negotiation = negotiation;
    }
  }

  private final Muxer session;
  private final ConnectionOptions options;
  private final Workspace workspace;
  private final Consumer<Action> out;
  private final Map<Integer, Entry> entries = new HashMap<>();
  /** Deadlines of the streams that negotiate. One timeout for all, so they are in order. */
  private final LinkedHashMap<Integer, Long> negotiating = new LinkedHashMap<>();
  private int negotiatingInbound;
  private String negotiatingFull; // what is said then; null until it is
  private Action.Refused refused; // the latest
  private boolean closed;

  Streams(Muxer session, ConnectionOptions options, Workspace workspace, Consumer<Action> out) {
    this.session = session;
    this.options = options;
    this.workspace = workspace;
    this.out = out;
  }

  int open(long now, List<String> protocols, boolean lazy) {
    Entry entry = new Entry(false, Negotiation.dialer(lazy ? protocols.subList(0, 1) : protocols));
    int stream = session.open(now);
    if (stream == -1) {
      return -1;
    }
    entries.put(stream, entry);
    negotiating.put(stream, now + options.limits().negotiationTimeout());
    send(now, stream, entry);
    if (lazy) {
      entry.announced = true;
      out.accept(new Action.Opened(stream, protocols.get(0)));
    }
    return stream;
  }

  void onAction(long now, Muxer.Action action) {
    if (action instanceof Muxer.Action.Received received) {
      onReceived(now, received.stream(), received.data());
    } else if (action instanceof Muxer.Action.Sent sent) {
      onSent(sent.stream(), sent.bytes());
    } else if (action instanceof Muxer.Action.Opened opened) {
      onOpened(now, opened.stream());
    } else if (action instanceof Muxer.Action.Ended ended) {
      onEnded(now, ended.stream());
    } else if (action instanceof Muxer.Action.Reset reset) {
      onReset(reset.stream(), reset.code());
    } else if (action instanceof Muxer.Action.Stalled stalled) {
      onStalled(stalled.stream());
    } else if (action instanceof Muxer.Action.Overrun overrun) {
      onOverrun(overrun.stream());
    } else if (action instanceof Muxer.Action.Finished finished) {
      onFinished(finished.stream());
    } else if (action instanceof Muxer.Action.Refused beyond) {
      refused(beyond.message(), beyond.count());
    }
  }

  private void onOpened(long now, int stream) {
    session.accept(now, stream); // at once: some peers stop opening streams while too many are not acknowledged
    String refusal = refusal();
    if (refusal != null) {
      session.refuse(now, stream, 0);
      refused(refusal, 1);
      return;
    }
    negotiatingInbound++;
    Entry entry = new Entry(true, Negotiation.listener(options.protocols().serves(), options.protocols().list()));
    entries.put(stream, entry);
    negotiating.put(stream, now + options.limits().negotiationTimeout());
    send(now, stream, entry);
  }

  /** Tells it by the same object as before when it is the same: a flood of refused streams makes no garbage here. */
  private void refused(String message, int count) {
    if (refused == null || refused.count() != count || !refused.message().equals(message)) {
      refused = new Action.Refused(message, count);
    }
    out.accept(refused);
  }

  /** Takes a place for a stream of the peer and answers {@code null}, or answers the limit that forbids it. */
  private String refusal() {
    int most = options.limits().maxNegotiating();
    if (negotiatingInbound < most) {
      return workspace.takeStream();
    }
    if (negotiatingFull == null) {
      negotiatingFull = "maxNegotiating: " + most + " streams of one connection have no protocol yet";
    }
    return negotiatingFull;
  }

  private void onReceived(long now, int stream, ByteBuffer data) {
    Entry entry = entries.get(stream);
    if (entry == null) {
      session.consumed(now, stream, data.remaining());
      return;
    }
    if (entry.negotiation != null) {
      negotiate(now, stream, entry, data);
    }
    if (data.hasRemaining() && entries.get(stream) == entry) {
      out.accept(new Action.Data(stream, data));
    }
  }

  private void negotiate(long now, int stream, Entry entry, ByteBuffer data) {
    int before = data.remaining();
    try {
      entry.negotiation.onBytes(data);
    } catch (NegotiationException e) {
      Why why = e.isUnsupported() ? Why.UNSUPPORTED : Why.PROTOCOL_ERROR;
      abandon(now, stream, entry, why, e.getMessage());
      return;
    }
    session.consumed(now, stream, before - data.remaining());
    send(now, stream, entry);
    if (entry.negotiation.isSettled()) {
      String protocol = entry.negotiation.protocol();
      settled(stream, entry);
      if (!entry.announced) {
        entry.announced = true;
        out.accept(entry.inbound ? new Action.Inbound(stream, protocol) : new Action.Opened(stream, protocol));
      }
    }
  }

  private void settled(int stream, Entry entry) {
    if (entry.negotiation != null) {
      negotiating.remove(stream);
      negotiatingInbound -= entry.inbound ? 1 : 0;
    }
    entry.negotiation = null;
  }

  /** Forgets a stream; {@code null} when it is not known. */
  private Entry remove(int stream) {
    Entry entry = entries.remove(stream);
    if (entry != null) {
      settled(stream, entry);
      if (entry.inbound && !closed) {
        workspace.giveStreamBack();
      }
    }
    return entry;
  }

  /** The connection is over: its streams count no more. */
  void close() {
    if (!closed) {
      entries.values().stream().filter(entry -> entry.inbound).forEach(entry -> workspace.giveStreamBack());
      closed = true;
    }
  }

  private void send(long now, int stream, Entry entry) {
    for (ByteBuffer bytes = entry.negotiation.output(); bytes != null; bytes = entry.negotiation.output()) {
      entry.negotiationBytes += bytes.remaining();
      session.write(now, stream, bytes);
    }
  }

  private void onSent(int stream, int bytes) {
    Entry entry = entries.get(stream);
    if (entry == null) {
      return;
    }
    int negotiation = Math.min(bytes, entry.negotiationBytes);
    entry.negotiationBytes -= negotiation;
    if (bytes > negotiation) {
      out.accept(new Action.Sent(stream, bytes - negotiation));
    }
  }

  private void onEnded(long now, int stream) {
    Entry entry = entries.get(stream);
    if (entry == null) {
      return;
    }
    if (entry.negotiation != null) {
      abandon(now, stream, entry, Why.PROTOCOL_ERROR, "the peer ended the stream before a protocol was agreed on");
    } else {
      out.accept(new Action.Ended(stream));
    }
  }

  private void onReset(int stream, long code) {
    Entry entry = remove(stream);
    if (entry == null) {
      return;
    }
    tell(stream, entry, Why.BY_PEER, "the peer reset the stream" + (code == 0 ? "" : " with code " + code));
  }

  private void onStalled(int stream) {
    Entry entry = remove(stream);
    if (entry != null) {
      tell(stream, entry, Why.TIMED_OUT, "the peer gave no window for "
          + options.muxers().yamux().getWriteTimeoutMillis() / 1_000.0 + " s while there was data for it");
    }
  }

  private void onOverrun(int stream) {
    Entry entry = remove(stream);
    if (entry != null) {
      tell(stream, entry, Why.OVERRUN, "more came than was read, and the muxer cannot hold its writer back");
    }
  }

  private void onFinished(int stream) {
    if (remove(stream) != null) {
      out.accept(new Action.Finished(stream));
    }
  }

  private void abandon(long now, int stream, Entry entry, Why why, String message) {
    remove(stream);
    if (entry.inbound) {
      session.refuse(now, stream, 0);
    } else {
      session.reset(now, stream, 0);
    }
    tell(stream, entry, why, message);
  }

  private void tell(int stream, Entry entry, Why why, String message) {
    if (entry.announced || !entry.inbound) { // of an inbound stream without a protocol nobody knows
      out.accept(new Action.Reset(stream, why, message));
    }
  }

  /** The owner gave the stream up. */
  void reset(long now, int stream, int code) {
    if (remove(stream) != null) {
      session.reset(now, stream, code);
    }
  }

  /** The owner has nobody who would serve the peer's stream. */
  void refuse(long now, int stream, int code) {
    if (remove(stream) != null) {
      session.refuse(now, stream, code);
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  long deadline() {
    return negotiating.isEmpty() ? Machine.NEVER : negotiating.values().iterator().next();
  }

  void onDeadline(long now) {
    while (deadline() <= now) {
      int late = negotiating.keySet().iterator().next();
      Entry entry = entries.get(late);
      if (entry.inbound) {
        out.accept(options.limits().lateNegotiation());
      }
      abandon(now, late, entry, Why.TIMED_OUT, "no protocol was agreed on in time");
    }
  }

  /** Deadlines held. */
  int negotiating() {
    return negotiating.size();
  }
}
