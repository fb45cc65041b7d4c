package io.peerbus.crypto;

import com.google.protobuf.ByteString;
import io.peerbus.crypto.pb.Keys;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Key messages and DER for tests, made by other code than ours. */
final class Messages {

  private Messages() {
  }

  static byte[] publicKey(KeyType type, byte[] data) {
    return Keys.PublicKey.newBuilder().setType(Keys.KeyType.forNumber(type.ordinal()))
        .setData(ByteString.copyFrom(data)).build().toByteArray();
  }

  static byte[] privateKey(KeyType type, byte[] data) {
    return Keys.PrivateKey.newBuilder().setType(Keys.KeyType.forNumber(type.ordinal()))
        .setData(ByteString.copyFrom(data)).build().toByteArray();
  }

  /** A PublicKey message with an RSA key of these numbers, whatever they are. */
  static byte[] rsa(BigInteger modulus, BigInteger exponent) {
    ASN1EncodableVector numbers = new ASN1EncodableVector();
    numbers.add(new ASN1Integer(modulus));
    numbers.add(new ASN1Integer(exponent));
    try {
      return publicKey(KeyType.RSA, new SubjectPublicKeyInfo(
          new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), new DERSequence(numbers))
          .getEncoded());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
