package io.peerbus.remotebus;

import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.machine.Deadlines;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.remotebus.pb.RemoteBusProto.Request;
import io.peerbus.remotebus.pb.RemoteBusProto.Response;
import io.peerbus.remotebus.pb.RemoteBusProto.Response.Status;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * One message that a peer sends to our bus, on a stream of its own: read, checked against the allow list, handed over,
 * answered. What breaks the protocol is cut off; what is only refused is answered.
 *
 * <p>Not thread safe, owned by the driver of one stream.
 */
public final class Serving implements Machine<Serving.Action> {

  /** What the owner is to do. */
  public sealed interface Action {
    /**
     * Hand it to the bus, and tell {@link Serving#onReply} what comes of it.
     *
     * @param timeoutMillis how long the handler has; at least 1
     */
    record Deliver(String address, byte[] body, int timeoutMillis, boolean reply) implements Action {}

    /** Write this and end our direction. */
    record Answer(byte[] bytes) implements Action {}

    /** Reset the stream. */
    record Cut(String reason) implements Action {}
  }

  private enum Timer {
    READ,
    REPLY,
    CLOSE
  }

  private final RemoteBusOptions options;
  private final AllowList allowed;
  private final PeerId peer;
  private final FrameReader reader;
  private final Deadlines<Timer> deadlines = new Deadlines<>(Timer.class);
  private final Queue<Action> actions = new ArrayDeque<>();
  private boolean answered;

  public Serving(RemoteBusOptions options, AllowList allowed, PeerId peer, long now) {
    this.options = options;
    this.allowed = allowed;
    this.peer = peer;
    this.reader = new FrameReader(options.maxMessageBytes());
    deadlines.set(Timer.READ, now + options.readTimeout());
  }

  @Override
  public Action poll() {
    return actions.poll();
  }

  @Override
  public long deadline() {
    return deadlines.next();
  }

  @Override
  public void onDeadline(long now) {
    Timer due = deadlines.expire(now);
    if (due == Timer.REPLY) {
      refuse(now, Status.TIMED_OUT, "no reply in time");
    } else if (due != null) {
      cut(due == Timer.READ ? "no whole message in time" : "the stream was not ended in time");
    }
  }

  /** Bytes of the peer. */
  public void onBytes(long now, byte[] bytes) {
    try {
      byte[] message = reader.read(bytes);
      if (message != null) {
        deadlines.clear(Timer.READ);
        onRequest(now, Request.parseFrom(message));
      }
    } catch (FormatException | InvalidProtocolBufferException e) {
      cut(e.getMessage());
    }
  }

  private void onRequest(long now, Request request) {
    String address = request.getAddress();
    if (address.isEmpty() || address.length() > AllowList.MAX_ADDRESS) {
      refuse(now, Status.BAD_REQUEST,
          "address: 1 to " + AllowList.MAX_ADDRESS + " characters are allowed, not " + address.length());
    } else if (!allowed.allows(peer, address)) {
      refuse(now, Status.FORBIDDEN, "this node does not allow " + peer + " to send to \"" + address + "\"");
    } else {
      long asked = Integer.toUnsignedLong(request.getTimeoutMillis());
      int timeout = (int) Math.max(1, Math.min(asked, options.maxTimeoutMillis()));
      deadlines.set(Timer.REPLY, now + timeout * 1_000_000L);
      actions.add(new Action.Deliver(address, request.getBody().toByteArray(), timeout, request.getReply()));
    }
  }

  /** What came of it. The first answer counts: a reply that comes after its time is too late. */
  public void onReply(long now, Response response) {
    if (answered) {
      return;
    }
    byte[] bytes = response.toByteArray();
    if (bytes.length > options.maxMessageBytes()) {
      refuse(now, Status.LIMIT_REACHED, "the reply has more than " + options.maxMessageBytes() + " bytes");
      return;
    }
    answered = true;
    deadlines.clearAll();
    deadlines.set(Timer.CLOSE, now + options.readTimeout());
    actions.add(new Action.Answer(FrameReader.frame(bytes)));
  }

  private void refuse(long now, Status status, String message) {
    onReply(now, Response.newBuilder().setStatus(status).setMessage(message).build());
  }

  /** The peer ended its direction. */
  public void onEnd() {
    if (!reader.isWhole()) {
      cut("ended in the middle of the message");
    }
  }

  private void cut(String reason) {
    answered = true;
    deadlines.clearAll();
    actions.add(new Action.Cut(reason));
  }
}
