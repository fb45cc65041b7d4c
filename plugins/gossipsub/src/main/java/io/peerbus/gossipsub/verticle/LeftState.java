package io.peerbus.gossipsub.verticle;

import com.google.protobuf.InvalidProtocolBufferException;
import io.peerbus.gossipsub.pb.StateProto;
import io.peerbus.multiformats.FormatException;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one version of the plugin leaves to the next, beside its streams.
 *
 * @param deliveries the addresses of subscribers, by topic
 * @param undelivered messages dropped so far because a subscriber did not answer
 */
record LeftState(StateProto.State machine, Map<String, List<String>> deliveries, long undelivered) {

  /** More cannot come of the limits of any settings; what else it is, it would take the memory. */
  private static final int MAX_SIZE = 1 << 30;

  static LeftState read(Buffer buffer) throws FormatException {
    if (buffer.length() > MAX_SIZE) {
      throw new FormatException("state of " + buffer.length() + " bytes: the most is " + MAX_SIZE);
    }
    try {
      StateProto.Left left = StateProto.Left.parseFrom(buffer.getBytes());
      Map<String, List<String>> deliveries = new LinkedHashMap<>();
      left.getDeliveriesList().forEach(each ->
          deliveries.computeIfAbsent(each.getTopic(), topic -> new ArrayList<>()).add(each.getAddress()));
      return new LeftState(left.getMachine(), deliveries, left.getUndelivered());
    } catch (InvalidProtocolBufferException e) {
      throw new FormatException("state: " + e.getMessage());
    }
  }

  Buffer toBuffer() {
    StateProto.Left.Builder left = StateProto.Left.newBuilder().setMachine(machine).setUndelivered(undelivered);
    deliveries.forEach((topic, addresses) -> addresses.forEach(address ->
        left.addDeliveries(StateProto.Delivery.newBuilder().setTopic(topic).setAddress(address))));
    return Buffer.buffer(left.build().toByteArray());
  }
}
