package io.peerbus.swarm;

import io.peerbus.machine.ActionQueue;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.muxer.Muxer;
import io.peerbus.pnet.Cloak;
import io.peerbus.secure.SecureChannel;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One connection to a peer, from the first raw byte: the upgrade, then a muxer whose streams each agree on a protocol.
 *
 * <p>Raw bytes come in by {@link #onBytes}. Raw bytes go out by {@link #transmit}, which is called only when the
 * transport can take more: until then bytes stay with their stream, and its writer runs out of credit. That is the
 * whole back-pressure towards the peer; the other way it is {@link #consumed}.
 *
 * <p>Not thread safe, owned by the handler of the raw connection. After {@link Action.Closed} the owner sends what
 * {@code transmit} still has (a GoAway, with Yamux) and closes the raw connection.
 */
public final class Connection implements Machine<Connection.Action> {

  /** Why a stream is over. */
  public enum Why { BY_PEER, UNSUPPORTED, TIMED_OUT, PROTOCOL_ERROR, OVERRUN }

  /** What happened, for the owner. Streams go by the session's ids. */
  public sealed interface Action {
    /** The peer is known and streams can be opened. */
    record Upgraded(PeerId peer) implements Action {}

    /** The peer opened a stream for one of our protocols. */
    record Inbound(int stream, String protocol) implements Action {}

    /** A stream that we opened has its protocol. */
    record Opened(int stream, String protocol) implements Action {}

    /** Bytes; the buffer belongs to the receiver. */
    record Data(int stream, ByteBuffer bytes) implements Action {}

    /** The peer writes no more. */
    record Ended(int stream) implements Action {}

    /** That many bytes of {@link #write} were framed for the peer. */
    record Sent(int stream, int bytes) implements Action {}

    /** Both directions ended and all was sent. */
    record Finished(int stream) implements Action {}

    /** The stream is over, or was never opened. */
    record Reset(int stream, Why why, String message) implements Action {}

    /** A limit, with whose name the message begins, refused so many streams, gave one up, or ends the connection. */
    record Refused(String message, int count) implements Action {}

    /** Few streams of ours are left: it is time for another connection, and then for {@link #closeWhenIdle}. */
    record Worn() implements Action {}

    /** The connection is over, and all its streams with it. */
    record Closed(String reason) implements Action {}
  }

  private final ConnectionOptions options;
  private final Workspace workspace;
  private final Upgrade upgrade;
  private final Cloak cloak; // null in the open network
  private final ActionQueue<Action> actions = new ActionQueue<>();
  private long upgradeDeadline = NEVER;
  private long stallDeadline = NEVER;
  private final boolean dialer;
  private Muxer session; // null until upgraded
  private Streams streams;
  private SecureChannel channel;
  private long roundTrip = -1;
  private String leaving; // why it is to be closed when no stream is left
  private boolean closed;
  private boolean stalled;

  /** The dialling side; {@code expected} is the peer that must answer, or {@code null} for whoever does. */
  public static Connection dialer(ConnectionOptions options, Workspace workspace, PeerId expected,
      RandomGenerator random) {
    return new Connection(options, workspace, true,
        new Upgrade(options, true, expected, random), cloak(options, random));
  }

  /** The listening side. */
  public static Connection listener(ConnectionOptions options, Workspace workspace, RandomGenerator random) {
    return new Connection(options, workspace, false,
        new Upgrade(options, false, null, random), cloak(options, random));
  }

  private Connection(ConnectionOptions options, Workspace workspace, boolean dialer, Upgrade upgrade,
      Cloak cloakOrNull) {
    this.options = options;
    this.workspace = workspace;
    this.dialer = dialer;
    this.upgrade = upgrade;
    this.cloak = cloakOrNull;
  }

  private static Cloak cloak(ConnectionOptions options, RandomGenerator random) {
    return options.networkOrNull() == null ? null : options.networkOrNull().cloak(random);
  }

  /** Starts the clock of the upgrade. */
  public void start(long now) {
    upgradeDeadline = now + options.limits().upgradeTimeout();
  }

  /** Raw bytes from the peer. All are consumed. */
  public void onBytes(long now, ByteBuffer raw) {
    if (!closed) {
      onUncovered(now, cloak == null ? raw : cloak.uncover(raw));
    }
  }

  private void onUncovered(long now, ByteBuffer raw) {
    try {
      if (session == null) {
        upgrade.onBytes(raw);
        if (!upgrade.isDone()) {
          return;
        }
        onUpgraded(now);
      }
      for (ByteBuffer bytes = channel.open(raw); bytes != null && !closed; bytes = channel.open(raw)) {
        session.onBytes(now, bytes);
        drain(now);
      }
    } catch (FormatException e) {
      fail(session == null ? stage() + ": " + e.getMessage() : e.getMessage());
    }
  }

  private void onUpgraded(long now) {
    upgradeDeadline = NEVER;
    channel = upgrade.channel();
    session = options.muxers().create(upgrade.muxer(), dialer);
    streams = new Streams(session, options, workspace, actions::add);
    actions.add(new Action.Upgraded(upgrade.peer()));
    if (upgrade.remainder() != null) {
      session.onBytes(now, upgrade.remainder());
    }
    drain(now);
  }

  private void drain(long now) {
    for (Muxer.Action action = session.poll(); action != null; action = session.poll()) {
      if (action instanceof Muxer.Action.Closed end) {
        fail(end.reason());
      } else if (action instanceof Muxer.Action.RoundTrip measured) {
        roundTrip = measured.nanos();
      } else if (action instanceof Muxer.Action.Worn) {
        actions.add(new Action.Worn());
      } else {
        streams.onAction(now, action);
      }
    }
    if (leaving != null && isOpen() && streams.isEmpty()) {
      close(now, leaving);
    }
  }

  private void fail(String reason) {
    if (!closed) {
      closed = true;
      if (streams != null) {
        streams.close();
      }
      actions.add(new Action.Closed(reason));
    }
  }

  /** The raw connection ended. */
  public void onEof(String reason) {
    fail(session == null ? stage() + ": " + reason : reason);
    upgrade.destroy();
  }

  /**
   * Opens a stream with the first of {@code protocols} that the peer accepts.
   *
   * @param lazy the peer is known to serve the first one: the stream is ready at once, and its first bytes go out
   *     together with the proposal
   * @return its id, or -1 when there is no connection or a limit forbids one more
   * @throws IllegalArgumentException when multistream-select cannot carry one of the protocols
   */
  public int open(long now, List<String> protocols, boolean lazy) {
    if (!isOpen() || leaving != null) {
      return -1;
    }
    int stream = streams.open(now, protocols, lazy);
    drain(now);
    return stream;
  }

  /** Queues bytes for the peer; the caller bounds them by what {@link Action.Sent} tells. */
  public void write(long now, int stream, ByteBuffer bytes) {
    if (isOpen()) {
      session.write(now, stream, bytes);
      drain(now);
    }
  }

  /** Ends our direction after what was written. */
  public void end(long now, int stream) {
    if (isOpen()) {
      session.end(now, stream);
      drain(now);
    }
  }

  /** Gives a stream up, with a code for the peer. No action follows for it. */
  public void reset(long now, int stream, int code) {
    if (isOpen()) {
      streams.reset(now, stream, code);
      drain(now);
    }
  }

  /**
   * As {@link #reset}, for a stream of the peer that nobody served. A peer that opens too many of these is read seldom,
   * and then cut off.
   */
  public void refuse(long now, int stream, int code) {
    if (isOpen()) {
      streams.refuse(now, stream, code);
      drain(now);
    }
  }

  /** That many bytes of {@link Action.Data} were consumed by whoever they were for. */
  public void consumed(long now, int stream, int bytes) {
    if (isOpen()) {
      session.consumed(now, stream, bytes);
      drain(now);
    }
  }

  /** Leaves: a GoAway where the muxer has one, then the end. */
  public void close(long now, String reason) {
    boolean open = isOpen();
    fail(reason);
    if (open) {
      session.close(now);
      drain(now);
    }
  }

  /** Opens no more streams, and leaves when those there are have ended; until then the peer may open more. */
  public void closeWhenIdle(long now, String reason) {
    if (isOpen() && leaving == null) {
      leaving = reason;
      drain(now);
    }
  }

  /** Whether no stream of ours can be opened any more, although the connection may be open for others. */
  public boolean isUsedUp() {
    return leaving != null || session != null && session.isUsedUp();
  }

  /** How far the upgrade is. With another key, or none, all is noise from the first byte on. */
  private String stage() {
    return upgrade.describe() + (cloak == null ? "" : " in the private network");
  }

  private boolean isOpen() {
    return session != null && !closed;
  }

  /**
   * Writes the next raw bytes for the peer into {@code out}, at most {@link Workspace#MAX_OUTPUT}.
   *
   * @return how many, 0 for nothing to send now
   */
  public int transmit(long now, byte[] out) {
    int length = produce(now, out);
    return length == 0 || cloak == null ? length : cloak.hide(out, length);
  }

  private int produce(long now, byte[] out) {
    ByteBuffer raw = upgrade.output();
    if (raw != null) {
      int length = raw.remaining();
      raw.get(out, 0, length);
      return length;
    }
    if (session == null) {
      return 0;
    }
    ByteBuffer plaintext = workspace.plaintext();
    int length = session.transmit(now, plaintext);
    drain(now);
    try {
      return length == 0 ? transmitOwn(out) : channel.seal(plaintext.array(), 0, length, out, 0);
    } catch (FormatException e) {
      fail(e.getMessage());
      return 0;
    }
  }

  /** What the channel itself has to say, its farewell included. */
  private int transmitOwn(byte[] out) throws FormatException {
    if (closed) {
      channel.close();
    }
    int length = channel.transmit(out);
    if (closed && length == 0) {
      upgrade.destroy();
    }
    return length;
  }

  public boolean hasOutput() {
    return upgrade.hasOutput() || session != null && (session.hasOutput() || channel.hasOutput());
  }

  /** The transport takes no more bytes for now ({@code true}), or takes them again. */
  public void onBlocked(long now, boolean blocked) {
    stallDeadline = blocked ? now + options.limits().stallTimeout() : NEVER;
  }

  /** How long the owner should read nothing more from the peer, in nanoseconds, see {@link Muxer#pause}. */
  public long pause(long now) {
    return isOpen() ? session.pause(now) : 0;
  }

  /** Whether nothing should be read from the peer for now, see {@link Muxer#isFull}. */
  public boolean isFull() {
    return isOpen() && session.isFull();
  }

  /** The last round trip that was measured, in nanoseconds, or -1. */
  public long roundTrip() {
    return roundTrip;
  }

  /** How often a stream with data for the peer has run out of the window that it gives. */
  public long stalls() {
    return session == null ? 0 : session.stalls();
  }

  /** The protocol ids of what it is made of, once it is upgraded. */
  public String security() {
    return upgrade.security();
  }

  /** See {@link #security}. */
  public String muxer() {
    return upgrade.muxer();
  }

  public boolean isClosed() {
    return closed;
  }

  /** It is closed because the peer takes no bytes: there is no use in waiting until it has taken the last ones. */
  public boolean isStalled() {
    return stalled;
  }

  @Override
  public Action poll() {
    return actions.poll();
  }

  @Override
  public long deadline() {
    if (closed) {
      return NEVER;
    }
    long next = Math.min(upgradeDeadline, stallDeadline);
    return session == null ? next : Math.min(next, Math.min(session.deadline(), streams.deadline()));
  }

  @Override
  public void onDeadline(long now) {
    if (closed) {
      return;
    }
    if (upgradeDeadline <= now) {
      if (!dialer) {
        actions.add(options.limits().lateUpgrade());
      }
      fail(stage() + ": timed out");
    } else if (stallDeadline <= now) {
      stalled = true;
      actions.add(options.limits().stall());
      fail("the peer took no bytes for too long");
    } else if (session != null) {
      session.onDeadline(now);
      streams.onDeadline(now);
      drain(now);
    }
  }
}
