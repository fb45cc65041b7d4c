package io.peerbus.samples.keyvalue.verticle;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.api.Failure;
import io.peerbus.api.Host;
import io.peerbus.multiformats.PeerId;
import io.peerbus.samples.keyvalue.Incoming;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Request;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Request.Operation;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Response;
import io.peerbus.samples.keyvalue.pb.KeyValueProto.Response.Status;
import io.peerbus.tck.ProtocolTck;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/** The key-value store keeps to the contract of plugins. */
class KeyValueTckTest extends ProtocolTck {

  @Override
  protected Deployable plugin() {
    return new KeyValueVerticle();
  }

  @Override
  protected List<String> protocols() {
    return List.of(KeyValueProtocol.ID);
  }

  @Override
  protected String name() {
    return "keyvalue";
  }

  @Override
  protected JsonObject settings() {
    return new JsonObject().put("timeoutMillis", 2_000);
  }

  @Override
  protected Duration idleLimit() {
    return Duration.ofSeconds(2);
  }

  @Override
  protected Buffer conversation(String protocol, RandomGenerator random) {
    byte[] value = new byte[random.nextInt(8_192)];
    random.nextBytes(value);
    return request(Operation.PUT, "key " + random.nextInt(10), ByteString.copyFrom(value));
  }

  private static Buffer request(Operation operation, String key, ByteString value) {
    return Buffer.buffer(Incoming.frame(Request.newBuilder().setOperation(operation)
        .setKey(ByteString.copyFromUtf8(key)).setValue(value).build().toByteArray()));
  }

  @Override
  protected Future<?> honestExchange(Host peer, PeerId node) {
    ByteString value = ByteString.copyFromUtf8("of an honest peer");
    return ask(peer, node, request(Operation.PUT, "honest", value))
        .compose(put -> ask(peer, node, request(Operation.GET, "honest", ByteString.EMPTY)))
        .compose(got -> got.getStatus() == Status.OK && got.getValue().equals(value) ? Future.succeededFuture()
            : Future.failedFuture("the store answered " + got));
  }

  private static Future<Response> ask(Host peer, PeerId node, Buffer request) {
    return ask(peer, node, KeyValueProtocol.ID, request).map(answer -> {
      int prefix = answer.getByte(0) < 0 ? 2 : 1;
      try {
        return Response.parseFrom(answer.getBytes(prefix, answer.length()));
      } catch (InvalidProtocolBufferException e) {
        throw Failure.PROTOCOL_ERROR.because(e.getMessage());
      }
    });
  }
}
