package io.peerbus.remotebus;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.FormatException;
import io.peerbus.remotebus.pb.RemoteBusProto.Request;
import io.peerbus.remotebus.pb.RemoteBusProto.Response;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * One message of ours to a peer's bus, from the moment that a caller asks until there is an outcome. Exactly one
 * {@link Action.Done} or {@link Action.Failed} comes, within the caller's timeout.
 *
 * <p>Not thread safe, owned by one driver.
 */
public final class Asking implements Machine<Asking.Action> {

  /** What the owner is to do. */
  public sealed interface Action {
    /** Write this and end our direction. */
    record Say(byte[] bytes) implements Action {}

    /** The peer answered. */
    record Done(Response response) implements Action {}

    /** There will be no answer: tell the caller, and reset the stream if there is one. */
    record Failed(Reason reason, String message) implements Action {}
  }

  /** Why there is no answer. */
  public enum Reason {
    TIMED_OUT,
    TOO_LONG,
    PROTOCOL_ERROR
  }

  private final Request request;
  private final FrameReader reader;
  private final Queue<Action> actions = new ArrayDeque<>();
  private long deadline;

  public Asking(RemoteBusOptions options, Message message, long now) {
    this.reader = new FrameReader(options.maxMessageBytes());
    this.request = Request.newBuilder().setAddress(message.address()).setBody(ByteString.copyFrom(message.body()))
        .setTimeoutMillis(message.timeoutMillis()).setReply(message.reply()).build();
    this.deadline = now + message.timeoutMillis() * 1_000_000L;
    if (request.getSerializedSize() > options.maxMessageBytes()) {
      fail(Reason.TOO_LONG, "the message has " + request.getSerializedSize() + " bytes, more than "
          + options.maxMessageBytes() + " (maxMessageBytes)");
    }
  }

  /**
   * What a caller wants to have sent.
   *
   * @param body a JSON value as bytes
   * @param timeoutMillis 1 or more
   * @param reply whether it waits for the handler's reply, or only for the message to be accepted
   */
  public record Message(String address, byte[] body, int timeoutMillis, boolean reply) {}

  @Override
  public Action poll() {
    return actions.poll();
  }

  @Override
  public long deadline() {
    return deadline;
  }

  @Override
  public void onDeadline(long now) {
    if (now >= deadline) {
      fail(Reason.TIMED_OUT, "no answer within " + request.getTimeoutMillis() + " ms");
    }
  }

  /** Whether there is an outcome. */
  public boolean isOver() {
    return deadline == NEVER;
  }

  /** The stream is there. */
  public void onOpened() {
    if (!isOver()) {
      actions.add(new Action.Say(FrameReader.frame(request.toByteArray())));
    }
  }

  /** Bytes of the peer. */
  public void onBytes(byte[] bytes) {
    if (isOver()) {
      return;
    }
    try {
      byte[] message = reader.read(bytes);
      if (message != null) {
        Response response = Response.parseFrom(message);
        deadline = NEVER;
        actions.add(new Action.Done(response));
      }
    } catch (FormatException | InvalidProtocolBufferException e) {
      fail(Reason.PROTOCOL_ERROR, e.getMessage());
    }
  }

  /** The peer ended its direction. */
  public void onEnd() {
    fail(Reason.PROTOCOL_ERROR, "the peer ended the stream without an answer");
  }

  private void fail(Reason reason, String message) {
    if (!isOver()) {
      deadline = NEVER;
      actions.add(new Action.Failed(reason, message));
    }
  }
}
