package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;

/** {@code /ipns/}: records signed by the key whose hash is their name; see {@link IpnsRecord}. */
final class IpnsValidator implements Validator {

  @Override
  public Verdict check(long now, byte[] name, byte[] value) {
    try {
      IpnsRecord record = IpnsRecord.read(value);
      record.check(now, PeerId.of(name));
      return Verdict.good(record.rank(), record.document().end().toEpochMilli());
    } catch (FormatException e) {
      return Verdict.bad("/ipns/: " + e.getMessage());
    }
  }
}
