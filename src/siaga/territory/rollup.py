"""Rollup (first form)."""
from dataclasses import dataclass
import numpy as np
@dataclass(frozen=True)
class Segments:
    start: object; stop: object; level: object; parent_row: object
def roll_up_known(values, known, seg):
    v=np.where(known, values, 0).astype(np.int64); c=np.concatenate([np.zeros((1,*v.shape[1:]),np.int64), np.cumsum(v,axis=0)])
    k=np.concatenate([np.zeros((1,*v.shape[1:]),np.int64), np.cumsum(known,axis=0)])
    return c[seg.stop]-c[seg.start], k[seg.stop]-k[seg.start]
def count_by(codes, seg, n):
    out=np.zeros((len(seg.start), n), np.int64)
    for i in range(n):
        c=np.concatenate([[0],np.cumsum(codes==i)]); out[:,i]=c[seg.stop]-c[seg.start]
    return out
