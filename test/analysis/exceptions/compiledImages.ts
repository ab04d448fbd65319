/**
 * Two small images that hold Microsoft's exception tables as a compiler writes them: clang 19 for i686-pc-windows-msvc
 * and x86_64-pc-windows-msvc, linked by lld without a C runtime. Their source throws `HrException` (a
 * std::runtime_error with a code), 5, "words", `Second` (two bases), `Shared` (a virtual base), L"wide" and 2.5; it
 * catches and guards as the tests say. Gzipped and in base64.
 */
export const COMPILED = {
  x86: {
    base: 0x400000n,
    gzip:
      'H4sIAAAAAAACA+1Yf2gb1x1/Ss7pZVPTs6OAN7TtJCuOBq777u7pkj8MeQ7WUEHdrrXqdq3j2I20yVtsa7K66o/CMtxBtGtAY2aMUTaXldXQFA' +
      'QzxRuhmNi1zFCYYf7Df7iggccu1H+IYYb3x5J9393JvtOPhsD6z7ovfn73/f19n/fj3umZl/LIgxDikJsoejjloZ362h9PoaWTdwPLnvjdQCI9' +
      'OStmsjPfzU5MiVcnpqdncuIrKTH76rQ4OS0OfWtYnJpJpvpDCGlRhOIeDp0aQN+vx6uiY54vek4hdAIYryXTTsM/wVEVez5mmTCq90g7GsRxRH' +
      '9sGpp+wqG/gB6BINUtACbRg5Af/feoP5fK56D/WYdd0Ilm8EWExvuzyYncBELkMUuAeGhfaCqR9ltmyMsmEVvYoK4mu5X+bOrazFVrTObkMjtf' +
      'k90l9H/6XFFhQ4+HuDISRYoKMW6d8ugOh4qH5NTrT3NNJvogt1p00POFv83tHsztjb/NSRTNHZz4IVfYu7z6IPQTBBHKQyExDP36UCjEGH/REo' +
      'Y7KLp+E/j0TogizfgAdgSI+9aCpvpCJWj6DDCGbAMDtn3pxV5m+1PLln9SNMV8On+WiWctcSIZMF1fZMwoW/zQ00zAjKvlA6YPTcfMUBctHy/b' +
      'myD2pn1mqLAl5oiVgUsbpnWnJYZNxFHozdMF1EI6dI6p/3EcAUgucCx8hl8YmdsTC6ndcrT2AOhm1ChH9xZOU5TUHzfn5Bkj+Vv2AAasM969/+' +
      'ABPJvVR6umaB5EetS206PVuTVx7MrLl1fnPvLe24WgrN+x+y2rB9eTYHzvI2CP6gEFlKJHd3TKPfEhKkSry9VOii6vuvTLhi07tN/WqZcZbzqM' +
      'nfG2mHLbrQSSVuZeD3EdT8yvrDbisWPjAWDEYRXcjAJARuaMA5bdQ1gYFEbx3yYslmjbhGXKRGO3Dst2HRY9ZZgIbDPHTz4uuuo1zoPw8mE9I3' +
      'oU/YFhpmt7epfe9SHD8eu1QsJj6I+zVQ1j+BcbwRj4lDuYhB3Slv+I8WWYmcK60QNOntpY4/w/Kr+80EPRvQ+g7IpJrv34LFfQzP1YRkVzf3oL' +
      'MS/szcoRtd6/ZTQAK59ZjpgGfBktBs2A+g94iFnI8Pqz3oLmLVPByuQraL512o1AYKXyF2L+MjI3EhXYPhozE7ePZxY35q6uUlmtuMmqF9YIj3' +
      'JfKSN2AOid+nNcmfJmIYlOGLN3nQpIF5iYE9hxYI3sDo9axGvE49H4m4M1l6BZf+ASfHLfPX/Syuoj8Y31f9Y0LVDUCbt0HfqPof0KWhj4i9Ao' +
      'AF71QQ8y89ry2kw2OYvQa2gSJVGq+cqEKUqIRzdHtteSwGccMmZTJ7bZ63dN5rcArWbna0ngu+SIBQcsWmM1MlnAncfpc6xFvnocEfSeFnp/4C' +
      'gW8+8LuHNojD/zKbXasVmc2dTVmekkQtfhWQCfIqxYsYVvEezn7bysJvYaKgXcNpvA16BhiKFBywSbY3AtxlOPW2qDvzfonjd/0MrTDk/hIXgK' +
      'bfCsz7/QYv7rJDTgUYJa8JnmWthY6nWz6/FseiKbApyrIKMOfPk6dmC/H3TPKwfHqwAN99BDm1broe7nXL/IvrprDfUzqn/XsBxPQsvAd0QGXm' +
      'PPDQ8N3323sv/nl59+Px4fErWhS/0s31O5qcxTqTy0NPwpcn8m+QrzD3b8/Essx1qPhftujzuPx1FnI9XlHrsds5s3RA/Hf7y+vkHG2/PL7g+4' +
      'y7IZBb4KvNZl6dn4DRYXeGclIvAsnwDXmL93OTSnW68hZ31svksOO7FBzz4Fq6ebzxCnXoS5ZmPJwDiK0Er2GMc7rb4SOtpXow3+nAPLWshdr/' +
      'dsM97pNv51fb6NnuGM2Y3y7NEaY3TtbPMedvqzzz/ko65134if5tAzfIWH4Cs8BF+hBb7IPpOKUG8J2ia0GjSh19Jdt2vAvdS1PzYb6mWfnUVf' +
      '63cC58jH8BqHWNfteJu2z1u97rPK+BS8V3qb8d5p8D9o8OcdOnTOPTf+cxT9L1HcPk/6Lw6OxLLR/NVUJjc5M01pC3321enc5FTqSiqbncnS2V' +
      'wSrJz61KF3gy7miKMNDrniaoMvtqtn2HxvUtpG/3w89Z0cpe3HM2y+DywLR74rLzj5b37OfwCAjT7O1jwO45fw93AW/wgX8a/x7/Dv8W38J/wX' +
      '/Ff8T3wfPyZ9VeqTIlJCKkg+OSwPymPyL+QFGSuXlLeVZWVDMZQD5SQJEoVcJN8g3ya/Ie+RO4QdXn3mb1Mc5rEXC9iHu7EfiziE41jD4ziJM/' +
      'gGfhOyzuNbuIRX8BrewBVcxQcYSd1SGPJi6YI0IFFpVBqXrkkZKSflpdelN6WitCCVpCVpWbotrUibkiHVJF7ulv0ylmOyJqfljHxDfgvqfEde' +
      'lG/LK/KWvC3vyHtyTUYKp/CKoIQVrMSURaWk7Cs8EUg3EUmYYHKBxIhGEmSc5MgNMk8WyRLZIJtki2yTKjHIPhEiYoREEpFMJBd5IzIfWYwsRT' +
      'YiWxEjsh/hVZ8aVol6QR1QqTqkxtWEmlTz6hvqL9UF9R31lrqkrqlVdVfdV7nz4nl83vr9zjzrAR2KR3Ea5wGVEt7EBsPiM6H/AKhGK1YAFgAA',
  },
  x64: {
    base: 0x140000000n,
    gzip:
      'H4sIAAAAAAACA+1YX0xTVxg//QcVpL2OP5bEyAUuUDOHxSyLDyZeSJtcCdtuRBwuUQu0rDj+dKXOJj4IAQ1NV9Nse2BPa0ey+YiJWXAPplkN+K' +
      'AZL0tM5gNzLzfRbDUxG1uc3XfuObe9t72A2cw2E77w9dzz/fl953znP2++G0EGhJAZaYlHW1ME2NbwjQ1d33G3ccnQc7fxeGBkkg2GJt4LDYyx' +
      'QwPj4xNhdtDPhs6NsyPjrPvtXnZswudv5xASPQj5LluQ7TB6X8HLoiZUabQhVAYVhrajOv/N43bK30ZigkkpkbfQCRPyTucBGMWguK75LCVIwK' +
      'i6Lsp/KNuM0B704qg97I+EoZy20AaVlQ4GC71rD/kGwgMILVmJAFVQ1jaZbydmKIGT5SK5QjUldun2IDEcVQYb29Xp4IX8oxNDpO/yD7ZzlNh1' +
      'oW16KUmI3hbiVXsZ/GUVoqJ1mWdQZrjd3jCr0j+zE32sG2wEamNvcIM01mnNDKvspx/dhiJmebURKjPrZR9ahelbWJQBnCsYZ8g8LRhu59aEuO' +
      'VrGdfNicturh+BoJYhAmHFzXktPJoS4rU3akEW7+EE6XMz/rIEXyFGAfgelb9nuSmIsDzLzcltiFvGqEkE/I/uJv4B6Qzx99CoPCifUnBe6iLK' +
      'GYYALhLAJQy4MsuloTAQ7A+oRYJUQ7R6Va7WTtbh4iNZK/1sAmc3t99CdG002H7pe5Ps+62NtOQQKB/UEeUhaQkrl8j4mHmsd4H+D6p3SfOgv2' +
      'NvwF2GYZApn/8+YeaRKMRHOVFY8aw9y+Vy0gj8rnjuY610Cr5jnvvCzC3xVMbewEP04xyDnVghflYUYh5JiPFW+00UBau4ZRUAwJjFxlNkPqjt' +
      'AXYHycJXeUNte0rw12O8g2CHVS4b2Mc8T4itoIUv2HekZ3632D9NK+3rOwG+TpwAVgr+mct1/CodBXE0C97O06cyN/EgPswOa+NRp7OshPf2BL' +
      'XF+YlVDe5VRUmsWN6CejnOvDz/sScrXYa0Rpeli9BKA47Ens5sMD4l9TtaIuvtys6S9QbSdSKNdTuigiOjtj+taz9XJUszpfhl2vUc62aiAgPy' +
      'OhlHcICChZJd5p0Y6CIVx7pdUQHmYtU4QYavcBVRZTT4X9p08GUTnf56LqXD+8DpM8WpQhg6au6JW+YqEeqJ8owQ66nAOI5lnoUNx0rVURtWmw' +
      'HdCjEosA5+5h/V451SZnN9Vi14+Kx4fmY2rRe399+mC9lcbvBxLvcYShuU16C8AOU8sHzks+TetVZDSphZcilfW85PhHyTCJ1HI8iH/HJ/DKqz' +
      'xQv3jwArY+QJ6yNQn2ILNgrB6skp15EA1adp/GxRfDVengDrHiv75MmEdz1ch+OIbSzEVfsYdeLfo3YuVyGGWs83amEwhqgTY6qRtrd26/bjWB' +
      'gXfNCkf2hi3IfQKvVnqP9aEynZ58DLAp7UKGPkdfgkgmt24W4J3zzwFHASON2k7RfGMOv0X6KYTIf++HmLcHDsII2ll3/HFvl3bJB/Zf44Npg/' +
      'BtV1VckH5BAxzSRvrtqN84f75iW2+ffCZGAg5Pep5jjF4TcZD+Wd4QK8SLPso5k3c1BPAqebS+9n2Edv/kWaS9cPok8HUdV/PVLeXDj2a8A74T' +
      '22EzbTY73u3iPfnXxyfbd9pKfHzYrurnYc+0B4LHjAHwEOwN8br8PbYVDuW7kRlRvqUX2Fqa/CZPnYAIG9cMWZB7x6mxFVHCwT/269yfJJPe5L' +
      'miPtXIMSP336W8izRsmtkpNiUuQGykbK1pZC3k20dLUQbAws4JzC5fEQxUmAzI1LKrPSnMt6KlO/lV1UtrqLtOGnXUT+yy7SjidUjn1N1N5EYx' +
      'ppHFzWV5pbKk1lXUavQQzWEpsfQPcjMKommEqdhXoWygfAkqpusJtQZVe5twzGxWAxIstBg1dZc+oc4amSqNbuQ2o9Xj/pau2+XqxnmcJ+m4V8' +
      'Mq2A00r3cJoDsZXkIFHkby7eJ1q1Y5lo1eoXi/ytRf6rm+hxbhcBb7VVZ79sLewTan88ntlq7b5Q3H+xRrunObbIr2OL/Do2yK/8b4I2wAAWgY' +
      'PAiTaiC9I2LLZp9wNXUXud+FyqKR1PxV4dT157bdSJ0ir1ZZ0kf2LH5vmGS6Ruvr3UP9ix+XhOObXzIencfre/KFpr1p5X7Uc6TwghT2TIHwyP' +
      'TIzz/HPYh86Nh0fG/Gf8odBEiJ8M+1Reevb+PLrWVtde2CK+6Ol0b6Hv36L9vfJdizRER9/X4x8OK83U9ZfvBBv4Q/wz72wS/63/dvxFWOc3YH' +
      '8+zJEz6ymwmyNn2z7gfo6cUceAAxw5py4BRzhyVl0DnsO+UP4GPN9Czqc9wPdbyP9vTwJLLdtr7X9JLLkOsEln0pVMJq8mF5PeVCAVTCVTV1OL' +
      'qaVUOrX+BVrgF4QFcYGcbfLVEqy9yQRYryazSSblSongs53Ol43+Ah63aSkAGgAA',
  },
} as const;
