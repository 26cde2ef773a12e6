"""The manifest of the official reference string: every file with its size and SHA-256, as published.

Source: snarkVM ``parameters/src/mainnet/resources/*.metadata``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OfficialFile:
    """A file of the official string: name, size in bytes, SHA-256."""

    name: str
    size: int
    sha256: str

    @property
    def remote_name(self) -> str:
        """The file's name on the parameter server."""
        return f"{self.name}.{self.sha256[:7]}"


OFFICIAL_FILES: tuple[OfficialFile, ...] = tuple(
    OfficialFile(name, int(size), sha256)
    for name, size, sha256 in (
        line.split()
        for line in """\
beta-h.usrs 192 fd0a8538d4ad4f60694b5e81dec6687d8672480ea6b878205eef0c1bd51dc3bc
neg-powers-of-beta.usrs 5408 ded57ae81c510f8fd50c8f3ec3387e8397ffdde71acfcc639ff1a2728a0848cd
powers-of-beta-gamma.usrs 8744 03fd7fc81234b014e1e260c797e9b716b5587429871026f17a455cd0938d8be1
powers-of-beta-15.usrs 3145736 eb7040c25ce1a19a5a9a1d12046c5820ba9c2768c606290f8a80fa2bd0e1e5ed
powers-of-beta-16.usrs 3145736 84631bc11e1a6db99db085a8de586014e7dd10e97b42cbd766c105dea014bbd1
powers-of-beta-17.usrs 6291464 7c27308fddb11be496e4dd43ee4ae2adb31051b715bb7c0c48656a9be6fec676
powers-of-beta-18.usrs 12582920 7a12bcb6de982aa3010dde16a7be73ec399a46717b37ea189112ef14f4c88cca
powers-of-beta-19.usrs 25165832 e535d44614ef8e667ac39132cad61516dc4dcbce62d74c396b670b21c9b4e16a
powers-of-beta-20.usrs 50331656 3daad5ed5b5b7108b46bf1d0639a0d6e06deee4c784730ec9672e8cf1184e923
powers-of-beta-21.usrs 100663304 9bd37fcfe64998a205dab4a5cfc6d84d0d97b497a07321139a97f1dc9ba78c59
powers-of-beta-22.usrs 201326600 5f79ba342c66ee2a0fd031c6259e5bf7104573db49d3931542e31272a72493d6
powers-of-beta-23.usrs 402653192 f5fd3208a5e9462bbc73f42bf143c7ec4e0488488749208de3657ad6c621239b
powers-of-beta-24.usrs 805306376 b71278e7e47c1e17495fef946f3a7c4aa0dfa5a1670813e74df47b62a0426340
powers-of-beta-25.usrs 1610612744 8baf0683cc80f154da0e4432845bfb61bc8ccc8c36823596537f6f1925aec3d4
powers-of-beta-26.usrs 3221225480 68aa40bae5e78589e53bb0a629c08086c462a04c7cdb2ba2856597847e19bcaf
powers-of-beta-27.usrs 6442450952 87e9800ace5ec3d6da9cdc9609765e03d63ee404ee94c56ea13341ac0b864936
powers-of-beta-28.usrs 12884901896 168e5f5bf030517c4485b2461d0a9e5064126a9bb7d7fe85eb287d75cedd376f
shifted-powers-of-beta-15.usrs 3145736 7c732bfabee7ac5e4496ccd0db1ee11127adb453b3b6014e6230cb51aba7ed49
shifted-powers-of-beta-16.usrs 3145736 d99bcb30361df496b60f2714305fee65068d199d22cafad3bde09e715e47d2b5
shifted-powers-of-beta-17.usrs 6291464 20251789535c798606a205d04dea8a3a46a2c79e4e7f450e48a99285112bef6c
shifted-powers-of-beta-18.usrs 12582920 9a1859e01968284239e3ca3e33246a6a1af35aee1ccc82990ff5af4c3b50cac4
shifted-powers-of-beta-19.usrs 25165832 662e3437feba9da7d1206f4cfa9297c2835124a639c9f6c5ce3e0da81f55658c
shifted-powers-of-beta-20.usrs 50331656 dbb509d0889c61f1b5f6e1cc3b3e8b7f9c9d4f7741efedcb3b76cf462d94e698
shifted-powers-of-beta-21.usrs 100663304 1561ed19528561e43feec789e0d3d550e2900c4d75a54a1b985988fc97e4fc31
shifted-powers-of-beta-22.usrs 201326600 45ee74981ca848cac90893bd75ffad8f7c5b698ac6eb4ce9fbc250cd8e30eb62
shifted-powers-of-beta-23.usrs 402653192 6f07282af6850da13448ea27b5e3ade144e38f209cc6f97525a1a91dc928615c
shifted-powers-of-beta-24.usrs 805306376 504f938c9f9a11816bd5448f05bac37a82f21f737b0101b79a13506b2f99be37
shifted-powers-of-beta-25.usrs 1610612744 d0208eea5b3313d910597a1591d8cc9d4c68f77d4d11a3742486ed2d7221e393
shifted-powers-of-beta-26.usrs 3221225480 38e70ce8857b11f46cd41b68caf7716528688f81b4c6d20a2f20c7342f934258
shifted-powers-of-beta-27.usrs 6442450952 d0a5c5fec29ab729cbc216ff870b9c7c188574d2e1f0515e1c098e45da7e62b3
shifted-powers-of-beta-28.usrs 12884901896 17b89a564030f02c6a8ce47280ff50822924b305a5d7bc4a9371797003fb79a4
""".splitlines()
    )
)
REMOTE_FOLDER = "https://parameters.provable.com/mainnet/"
