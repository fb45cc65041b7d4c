package io.peerbus.remotebus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.machine.Machine;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.remotebus.pb.RemoteBusProto.Request;
import io.peerbus.remotebus.pb.RemoteBusProto.Response;
import io.peerbus.remotebus.pb.RemoteBusProto.Response.Status;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** One message of a peer, in virtual time. */
class ServingTest {

  private static final long MILLI = 1_000_000;
  private static final RemoteBusOptions OPTIONS = new RemoteBusOptions(1_024, 1, 1, 5_000, 100);

  private final PeerId peer = TestPeers.peer(1);
  private final Serving serving = serving();

  private Serving serving() {
    return new Serving(OPTIONS, new AllowList().allow(peer, "orders."), peer, 0);
  }

  private static byte[] request(String address, int timeout) {
    return FrameReader.frame(Request.newBuilder().setAddress(address).setBody(ByteString.copyFromUtf8("7"))
        .setTimeoutMillis(timeout).setReply(true).build().toByteArray());
  }

  private Response answer() {
    try {
      byte[] frame = assertInstanceOf(Serving.Action.Answer.class, serving.poll()).bytes();
      return Response.parseFrom(new FrameReader(1_024).read(frame));
    } catch (FormatException | InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private void assertCut(String reason) {
    assertEquals(reason, assertInstanceOf(Serving.Action.Cut.class, serving.poll()).reason());
    assertEquals(Machine.NEVER, serving.deadline());
    assertNull(serving.poll());
  }

  @Property(tries = 100)
  void aMessageIsHandedOverOnceHoweverItIsCut(@ForAll @IntRange(min = 1, max = 60) int part) {
    Serving one = serving();
    byte[] frame = request("orders.new", 50);
    for (int at = 0; at < frame.length; at += part) {
      assertNull(one.poll());
      one.onBytes(0, Arrays.copyOfRange(frame, at, Math.min(frame.length, at + part)));
    }
    Serving.Action.Deliver deliver = assertInstanceOf(Serving.Action.Deliver.class, one.poll());
    assertEquals("orders.new", deliver.address());
    assertArrayEquals(new byte[] {'7'}, deliver.body());
    assertEquals(50, deliver.timeoutMillis());
    assertNull(one.poll());
  }

  @Test
  void anAddressThatIsNotAllowedIsRefusedInWords() {
    serving.onBytes(0, request("stock", 50));
    Response refusal = answer();
    assertEquals(Status.FORBIDDEN, refusal.getStatus());
    assertEquals("this node does not allow " + peer + " to send to \"stock\"", refusal.getMessage());
  }

  @Test
  void anAddressThatIsEmptyOrTooLongIsRefused() {
    serving.onBytes(0, request("", 50));
    assertEquals(Status.BAD_REQUEST, answer().getStatus());
  }

  @Test
  void theWaitForAReplyHasALimit() {
    serving.onBytes(0, request("orders.new", Integer.MAX_VALUE));
    assertEquals(5_000, assertInstanceOf(Serving.Action.Deliver.class, serving.poll()).timeoutMillis());
    assertEquals(5_000 * MILLI, serving.deadline());
    serving.onDeadline(5_000 * MILLI);
    assertEquals(Status.TIMED_OUT, answer().getStatus());
    serving.onReply(5_001 * MILLI, Response.getDefaultInstance());
    assertNull(serving.poll(), "a reply that comes later is too late");
  }

  @Test
  void aReplyThatIsTooLongIsNotSent() {
    serving.onBytes(0, request("orders.new", 50));
    serving.poll();
    serving.onReply(1, Response.newBuilder().setBody(ByteString.copyFrom(new byte[2_000])).build());
    assertEquals(Status.LIMIT_REACHED, answer().getStatus());
  }

  @Test
  void aPeerThatIsSlowToAskOrToEndIsCutOff() {
    assertEquals(100 * MILLI, serving.deadline());
    serving.onDeadline(100 * MILLI);
    assertCut("no whole message in time");
  }

  @Test
  void aPeerThatDoesNotEndTheStreamIsCutOff() {
    serving.onBytes(0, request("stock", 50));
    serving.poll();
    serving.onDeadline(serving.deadline());
    assertCut("the stream was not ended in time");
  }

  @Test
  void whatIsNoMessageIsCutOff() {
    serving.onBytes(0, FrameReader.frame(new byte[] {-1, -1, -1}));
    assertInstanceOf(Serving.Action.Cut.class, serving.poll());
  }

  @Test
  void aLengthBeyondTheLimitIsCutOffBeforeItsBytesCome() {
    serving.onBytes(0, new byte[] {(byte) 0x81, 8});
    assertCut("a message of 1025 bytes, more than 1024");
  }

  @Test
  void moreBehindTheMessageIsCutOff() {
    serving.onBytes(0, request("orders.new", 50));
    serving.poll();
    serving.onBytes(0, new byte[1]);
    assertCut("more bytes behind the message");
    serving.onReply(1, Response.getDefaultInstance());
    assertNull(serving.poll());
  }

  @Test
  void anEndInTheMiddleIsCutOff() {
    serving.onBytes(0, new byte[] {9, 1});
    serving.onEnd();
    assertCut("ended in the middle of the message");
  }
}
