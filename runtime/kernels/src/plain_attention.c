/* Attention over one piece of the cache in plain C, sums in double: what the SIMD versions must equal. */
#include <math.h>

#include "kernel.h"

static double score(const ck_attention *op, const uint8_t *key, const float *q) {
    double sum = 0;
    for (size_t i = 0; i < op->dim; i++) sum += (double)q[i] * ck_f16_at(key, i);
    return sum;
}

void ck_plain_attend(const ck_attention *op, size_t kv_head, const float *q, size_t first_query, size_t rows,
                     size_t begin, size_t end, ck_partial *out) {
    const size_t dim = op->dim, group = op->q_heads / op->kv_heads;
    const uint8_t *keys = (const uint8_t *)(op->key + kv_head * op->capacity * dim);
    const uint8_t *values = (const uint8_t *)(op->value + kv_head * op->capacity * dim);
    for (size_t r = 0; r < rows; r++) {
        const size_t position = op->past + first_query + r / group, seen = ck_first_seen(op, position);
        const size_t from = seen > begin ? seen : begin, to = position + 1 < end ? position + 1 : end;
        double scores[CK_SPLIT], weighted[CK_HEAD_MAX] = {0}, top = CK_NOTHING, sum = 0;
        for (size_t p = from; p < to; p++) {
            scores[p - from] = score(op, keys + p * dim * 2, q + r * dim);
            top = fmax(top, scores[p - from]);
        }
        for (size_t p = from; p < to; p++) {
            const double weight = exp(scores[p - from] - top);
            sum += weight;
            for (size_t i = 0; i < dim; i++) weighted[i] += weight * ck_f16_at(values + p * dim * 2, i);
        }
        const float kept = (float)top; /* the float that others see; the sums follow it */
        const double factor = exp(top - kept);
        out->top[r] = kept;
        out->sum[r] = (float)(sum * factor);
        for (size_t i = 0; i < dim; i++) out->weighted[r * dim + i] = (float)(weighted[i] * factor);
    }
}
